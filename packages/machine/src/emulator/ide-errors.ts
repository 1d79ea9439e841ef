import { DriveBuffer } from './drive-buffer.js';
import type { V86Devices, V86Drive } from './internals.js';

const READY = 0x50;
const BUSY = 0x80;
const DMA_ACTIVE = 1;
const PACKET = 0xa0;
const FLUSHES = [0xe7, 0xea];
const READS = [0x20, 0x24, 0x29, 0xc4];
const WRITES = [0x30, 0x34, 0x39, 0xc5];
const DMA_READS = [0xc8, 0x25];
const DMA_WRITES = [0xca, 0x35];
const ILLEGAL_REQUEST = 5;
const OUT_OF_RANGE = 0x21;

/** All emulators of a thread share their drives' methods. */
const taught = new WeakSet<object>();

/**
 * Teaches the disks of v86 that requests can fail, and that a guest's flush means something: v86 has a way for neither.
 * A request under the policy `stop` is left where it is; what it was is in the registers of the drive, so it can be asked
 * again here, or in another machine that has got this one's state.
 */
export function handleDiskErrors(devices: V86Devices): void {
  const [drive] = ideDrives(devices);
  if (drive === undefined) return;
  const prototype: V86Drive = Object.getPrototypeOf(drive);
  if (taught.has(prototype)) return;
  taught.add(prototype);
  const { ata_command, atapi_read, do_ata_write_sectors_dma } = prototype;

  prototype.read_buffer = function (this: V86Drive, start, length, done) {
    const buffer = bufferOf(this);
    const data = buffer?.read(start, length);
    if (data !== undefined) done(data);
    else if (buffer?.held === false) fail(this);
  };

  prototype.do_write = function (this: V86Drive) {
    const buffer = bufferOf(this);
    if (buffer?.write(this.write_dest, this.data.subarray(0, this.data_length))) {
      this.status_reg = READY;
      this.ata_advance(this.current_command, this.data_length / 512);
      this.push_irq();
    } else if (buffer?.held) this.status_reg = READY | BUSY;
    else fail(this);
  };

  prototype.do_ata_write_sectors_dma = function (this: V86Drive) {
    const buffer = bufferOf(this);
    if (buffer !== undefined) buffer.onWriteFailure = () => fail(this);
    do_ata_write_sectors_dma.call(this);
  };

  prototype.atapi_read = function (this: V86Drive, packet) {
    const { lba_mid_reg, lba_high_reg } = this;
    atapi_read.call(this, packet);
    // The limit that the guest has set, which is to be read again.
    if (bufferOf(this)?.held) Object.assign(this, { lba_mid_reg, lba_high_reg });
  };

  prototype.ata_command = function (this: V86Drive, command) {
    const buffer = FLUSHES.includes(command) && !this.is_atapi ? bufferOf(this) : undefined;
    if (buffer === undefined || buffer.flush()) {
      ata_command.call(this, command);
      return;
    }
    this.current_command = command;
    if (buffer.held) this.status_reg = READY | BUSY;
    else fail(this);
  };
}

/** Asks again for what is held. @returns whether something still is, because it failed again. */
export function retryHeld(devices: V86Devices): boolean {
  const held = ideDrives(devices).filter((drive) => bufferOf(drive)?.held);
  for (const drive of held) {
    const buffer = bufferOf(drive);
    if (buffer !== undefined) buffer.held = false;
    retry(drive);
  }
  return held.some((drive) => bufferOf(drive)?.held);
}

function retry(drive: V86Drive): void {
  const command = drive.current_command;
  if (READS.includes(command)) drive.ata_read_sectors(command);
  else if (WRITES.includes(command)) drive.do_write();
  else if (DMA_READS.includes(command)) drive.do_ata_read_sectors_dma();
  else if (DMA_WRITES.includes(command)) drive.do_ata_write_sectors_dma();
  else if (FLUSHES.includes(command)) drive.ata_command(command);
  else if (command === PACKET && drive.features_reg & 1) drive.atapi_read_dma(drive.data);
  else if (command === PACKET) drive.atapi_read(drive.data);
}

/** A reset ends what is held. */
export function dropHeld(devices: V86Devices): void {
  for (const drive of ideDrives(devices)) {
    const buffer = bufferOf(drive);
    if (buffer === undefined || !buffer.held) continue;
    buffer.held = false;
    drive.device_reset();
    endDma(drive);
  }
}

/** Tells the guest that its request has failed, as QEMU's drives do. */
function fail(drive: V86Drive): void {
  if (drive.is_atapi && drive.current_command === PACKET) {
    drive.atapi_check_condition_response(ILLEGAL_REQUEST, OUT_OF_RANGE);
    drive.push_irq();
  } else drive.ata_abort_command();
  endDma(drive);
}

function endDma(drive: V86Drive): void {
  drive.channel.dma_status &= ~DMA_ACTIVE;
  drive.current_command = -1;
}

function bufferOf(drive: V86Drive): DriveBuffer | undefined {
  return drive.buffer instanceof DriveBuffer ? drive.buffer : undefined;
}

function ideDrives({ ide }: V86Devices): V86Drive[] {
  return [ide?.primary, ide?.secondary]
    .flatMap((channel) => [channel?.master, channel?.slave])
    .filter((drive): drive is V86Drive => drive !== undefined);
}

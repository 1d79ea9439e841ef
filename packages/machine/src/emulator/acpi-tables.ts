import { integer, list, named, scope } from './aml.js';
import { pciHostBridge } from './pci-routing.js';

/** A piece of memory that the host prepares for the guest. */
export interface MemoryPiece {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Where the registers of the power management are; they are v86's. */
const PM1_EVENTS = 0xb000;
const PM1_CONTROL = 0xb004;
const PM_TIMER = 0xb008;
const GENERAL_EVENTS = 0xafe0;
const SCI = 9;

/**
 * The tables of ACPI 1.0 that make an operating system find the power button, soft off and the PCI bus: RSDP, RSDT, FADT,
 * FACS, and a DSDT that says how the bus is reached, and that S5 is sleep type 0 and S3 type 1.
 */
export function acpiTables(base: number): MemoryPiece[] {
  const at = { rsdp: base, rsdt: base + 0x40, fadt: base + 0x100, facs: base + 0x200, dsdt: base + 0x300 };
  return [
    { address: at.rsdp, data: rootPointer(at.rsdt) },
    { address: at.rsdt, data: table('RSDT', pointerTo(at.fadt)) },
    { address: at.fadt, data: table('FACP', fixedDescription(at.facs, at.dsdt)) },
    { address: at.facs, data: firmwareControl() },
    { address: at.dsdt, data: table('DSDT', definitions()) },
  ];
}

const HEADER = 36;

function table(signature: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii(signature));
  view.setUint32(4, bytes.length, true);
  bytes[8] = 1;
  bytes.set(ascii('QMPTS QMPTSTBL'), 10);
  view.setUint32(24, 1, true);
  bytes.set(ascii('QMTS'), 28);
  view.setUint32(32, 1, true);
  bytes.set(body, HEADER);
  bytes[9] = checksum(bytes);
  return bytes;
}

function rootPointer(rsdt: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(ascii('RSD PTR '));
  bytes.set(ascii('QMPTS '), 9);
  new DataView(bytes.buffer).setUint32(16, rsdt, true);
  bytes[8] = checksum(bytes);
  return bytes;
}

function pointerTo(address: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, address, true);
  return bytes;
}

function firmwareControl(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set(ascii('FACS'));
  new DataView(bytes.buffer).setUint32(4, 64, true);
  return bytes;
}

/** Offsets are those of the whole table, as the specification has them. */
function fixedDescription(facs: number, dsdt: number): Uint8Array {
  const bytes = new Uint8Array(116 - HEADER);
  const view = new DataView(bytes.buffer);
  const set32 = (offset: number, value: number) => view.setUint32(offset - HEADER, value, true);
  const set16 = (offset: number, value: number) => view.setUint16(offset - HEADER, value, true);
  const set8 = (offset: number, value: number) => view.setUint8(offset - HEADER, value);
  set32(36, facs);
  set32(40, dsdt);
  set16(46, SCI);
  set32(56, PM1_EVENTS);
  set32(64, PM1_CONTROL);
  set32(76, PM_TIMER);
  set32(80, GENERAL_EVENTS);
  set8(88, 4);
  set8(89, 2);
  set8(91, 4);
  set8(92, 4);
  set16(96, 0xfff); // no C2
  set16(98, 0xfff); // no C3
  set32(112, 0x25); // WBINVD works, C1 works, no sleep button
  return bytes;
}

function definitions(): Uint8Array {
  const sleep = (type: number) => list([integer(type), integer(type), integer(0), integer(0)]);
  return Uint8Array.from([...named('_S5', sleep(0)), ...named('_S3', sleep(1)), ...scope('_SB', pciHostBridge())]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { Emulator } from '#src/emulator/emulator.js';
import type { EmulatorEvent } from '#src/emulator/events.js';
import type { FaultRule } from '#src/emulator/image.js';
import { openFileImage } from '#src/emulator/node-image.js';
import { loadFirmware, wasmPath } from '#src/machine/node-thread.js';

/*
 * The drives as their drivers see them, port by port, without a guest: what the built-in guest does not use, which is
 * transfers by DMA and the CD-ROM.
 */

const folder = mkdtempSync(join(tmpdir(), 'ide-errors-'));
const disk = join(folder, 'disk.img');
const cd = join(folder, 'cd.iso');
after(() => rmSync(folder, { recursive: true }));

const ATA = 0x1f0;
const ATAPI = 0x170;
const BUS_MASTER = 0xb400;
const STATUS = 7;
const BUSY = 0x80;
const ERROR = 1;
const READY = 0x50;
const TABLE = 0x20000;
const DATA = 0x21000;

let emulator: Emulator;
let events: EmulatorEvent[];
afterEach(() => emulator.destroy());

async function start(rule: Partial<FaultRule>, policy: 'stop' | 'report'): Promise<void> {
  writeFileSync(disk, Buffer.alloc(1 << 20, 'disk'));
  writeFileSync(cd, Buffer.alloc(1 << 20, 'disc'));
  const inject = [{ event: 'none' as const, state: 0, errno: 5, once: true, ...rule }];
  const medium = { readOnly: false, snapshot: false, faults: [{ inject, states: [] }] };
  events = [];
  emulator = await Emulator.create(
    {
      wasmPath: wasmPath(),
      firmware: loadFirmware(),
      memory: 16 << 20,
      bootSource: 'built-in',
      bootOrder: [],
      media: { hda: { ...medium, file: disk }, cdrom: { ...medium, file: cd, readOnly: true } },
      errorPolicies: { hda: { read: policy, write: policy }, cdrom: { read: policy, write: policy } },
      serialPorts: 1,
    },
    { loadFile: readFile, openImage: openFileImage },
    (event) => events.push(event),
  );
}

const io = () => emulator.internals.v86.cpu.io;
const out = (port: number, value: number) => io().port_write8(port, value);
const status = (base: number) => io().port_read8(base + STATUS);

/** Sends a command for one sector to the first disk. */
function ata(command: number, sector: number): void {
  out(ATA + 6, 0xe0);
  out(ATA + 2, 1);
  for (const [register, byte] of [sector, sector >> 8, sector >> 16].entries()) out(ATA + 3 + register, byte & 255);
  out(ATA + STATUS, command);
}

/** Lets the first channel move 512 bytes between the drive and `DATA`. */
function startDma(): void {
  const { cpu } = emulator.internals.v86;
  cpu.write_blob(Uint8Array.from([0, DATA >> 8, DATA >> 16, 0, 0, 2, 0, 0x80]), TABLE);
  io().port_write32(BUS_MASTER + 4, TABLE);
  out(BUS_MASTER, 1);
}

const memory = () => Buffer.from(emulator.internals.v86.cpu.mem8.slice(DATA, DATA + 512));
const failures = () =>
  events.flatMap((event) =>
    event.type === 'disk-failure' ? [`${event.slot} ${event.failure.operation} ${event.failure.action}`] : [],
  );

/** Goes on, which asks again for what was held, and stops at once. */
function retry(): void {
  emulator.run();
  emulator.stop();
}

/** READ(10) of one sector of the CD-ROM. */
function packet(sector: number): void {
  out(ATAPI + 6, 0xa0);
  out(ATAPI + 4, 0);
  out(ATAPI + 5, 8);
  out(ATAPI + STATUS, 0xa0);
  for (const byte of [0x28, 0, 0, 0, 0, sector, 0, 0, 1, 0, 0, 0]) out(ATAPI, byte);
}

const readPort = (base: number, length: number) =>
  Buffer.from(Uint8Array.from({ length }, () => io().port_read8(base)));

describe('reading a disk by DMA', () => {
  test('is held and tried again', async () => {
    await start({ sector: 9 }, 'stop');
    ata(0xc8, 9);
    startDma();
    assert.deepEqual(failures(), ['hda read stop']);
    assert.equal(io().port_read8(BUS_MASTER + 2) & 1, 1);
    retry();
    assert.equal(status(ATA), READY);
    assert.equal(io().port_read8(BUS_MASTER + 2) & 1, 0);
    assert.equal(memory().toString('latin1', 0, 8), 'diskdisk');
  });

  test('is reported', async () => {
    await start({ sector: 9 }, 'report');
    ata(0xc8, 9);
    startDma();
    assert.ok(status(ATA) & ERROR);
    assert.equal(io().port_read8(BUS_MASTER + 2) & 1, 0);
    assert.deepEqual(failures(), ['hda read report']);
    out(BUS_MASTER, 0);
    ata(0xc8, 9);
    startDma();
    assert.equal(status(ATA), READY);
  });
});

describe('writing a disk by DMA', () => {
  test('is held and tried again', async () => {
    await start({ sector: 9 }, 'stop');
    emulator.internals.v86.cpu.write_blob(new Uint8Array(512).fill(7), DATA);
    ata(0xca, 9);
    startDma();
    assert.deepEqual(failures(), ['hda write stop']);
    assert.equal(readFileSync(disk)[9 * 512], 'd'.charCodeAt(0));
    retry();
    assert.equal(status(ATA), READY);
    assert.ok(
      readFileSync(disk)
        .subarray(9 * 512, 10 * 512)
        .every((byte) => byte === 7),
    );
  });

  test('is reported', async () => {
    await start({ sector: 9 }, 'report');
    ata(0xca, 9);
    startDma();
    assert.ok(status(ATA) & ERROR);
    assert.equal(readFileSync(disk)[9 * 512], 'd'.charCodeAt(0));
  });
});

describe('reading a CD-ROM', () => {
  test('is held and tried again', async () => {
    await start({ sector: 4 }, 'stop');
    packet(1);
    assert.deepEqual(failures(), ['cdrom read stop']);
    assert.ok(status(ATAPI) & BUSY);
    retry();
    assert.ok(!(status(ATAPI) & BUSY));
    assert.equal(readPort(ATAPI, 2048).toString('latin1', 2040), 'discdisc');
  });

  test('is reported as a sense that the drive tells', async () => {
    await start({ sector: 4 }, 'report');
    packet(1);
    assert.ok(status(ATAPI) & ERROR);
    assert.equal(io().port_read8(ATAPI + 1) >> 4, 5);
    packet(1);
    assert.equal(readPort(ATAPI, 2048).toString('latin1', 0, 4), 'disc');
  });
});

test('what is asked before the processor stands still is held as well, and told once', async () => {
  await start({ sector: 9 }, 'stop');
  ata(0x20, 9);
  packet(1);
  assert.deepEqual(failures(), ['hda read stop']);
  assert.ok(status(ATA) & BUSY);
  retry();
  assert.ok(!(status(ATA) & BUSY));
  assert.equal(readPort(ATA, 512).toString('latin1', 0, 4), 'disk');
  assert.equal(readPort(ATAPI, 2048).toString('latin1', 0, 4), 'disc');
});

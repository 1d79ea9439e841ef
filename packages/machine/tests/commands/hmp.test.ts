import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Bench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-machine-'));
let bench: Bench;
const human = (line: string) => bench.monitor.human.execute(line);

before(async () => {
  bench = await Bench.start();
});
after(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true });
});

describe('examining memory', () => {
  test('the last format holds until another is given', async () => {
    assert.equal(await human('xp/2xb 0xb8000'), '00000000000b8000: 0x51 0x07\n');
    assert.equal(await human('xp/2 0xb8000'), '00000000000b8000: 0x51 0x07\n');
    assert.equal(await human('xp/2dh 0xb8000'), '00000000000b8000:  1873  1869\n');
    assert.equal(await human('xp/3ub 0xb8000'), '00000000000b8000:  81   7  77\n');
    assert.equal(await human('xp/2ob 0xb8000'), '00000000000b8000: 0121 0007\n');
    assert.equal(await human('xp/2cw 0xb8000'), "00000000000b8000: 'Q' '\\x07' 'M' '\\x07' 'P' '\\x07' ' ' '\\x07'\n");
    assert.match(await human('xp/9999999xg 0'), /^at most 1048576 bytes can be printed at once\n/);
  });

  test('numbers are printed in every base', async () => {
    assert.equal(await human('p/x 1+2*3'), '0x7\n');
    assert.equal(await human('p/d -1'), '-1\n');
    assert.equal(await human('p/u -1'), '18446744073709551615\n');
    assert.equal(await human('p/o 8'), '010\n');
    assert.equal(await human("print/c 'A'"), "'A'\n");
    assert.equal(await human('p/x 0'), '0\n');
  });

  test('registers are numbers in expressions', async () => {
    await bench.client.execute('stop');
    const { general, eip } = await bench.machine.emulator.registers();
    assert.equal(await human('p/x $eip'), `0x${eip.toString(16)}\n`);
    assert.equal(await human('p/d $esp + 2'), `${(general[4] ?? 0) + 2}\n`);
    // The instruction that the guest waits at, by its address and by the segment's.
    assert.equal(await human('xp/4xb $pc'), await human('xp/4xb $cs * 16 + $eip'));
    assert.match(await human('p $nope'), /^unknown register\n/);
    await bench.client.execute('cont');
  });

  test('sum adds as BSD does', async () => {
    assert.equal(await human('sum 0 0'), '00000\n');
    const bytes = await bench.machine.emulator.readPhysical(0xf0000, 64);
    let sum = 0;
    for (const byte of bytes) sum = ((sum & 1 ? 0x8000 : 0) + (sum >> 1) + byte) & 0xffff;
    assert.equal(await human('sum 0xf0000 64'), `${String(sum).padStart(5, '0')}\n`);
  });

  test('memory is saved and dumped', async () => {
    const file = join(folder, 'saved');
    assert.equal(await human(`pmemsave 0xb8000 4 "${file}"`), '');
    assert.equal(readFileSync(file).toString('latin1'), 'Q\x07M\x07');
    assert.equal(await human('memsave 0xb8000 4 "/nonexistent/x"'), SAVE_ERROR);
    assert.equal(await human('info dump'), 'Status: none\n');
    assert.equal(await human(`dump-guest-memory ${file} 0 4096`), '');
    assert.equal(readFileSync(file).length, 8192);
    assert.equal(await human('info dump'), 'Status: completed\n');
  });

  test('without paging every address is its own', async () => {
    assert.equal(await human('gva2gpa 0x1000'), 'gpa: 0x1000\n');
    assert.equal(await human('info mem'), 'PG disabled\n');
    assert.equal(await human('info tlb'), 'PG disabled\n');
  });
});

const SAVE_ERROR = "Error: Could not open '/nonexistent/x': No such file or directory\n";

test('I/O ports are read and written as the processor does it', async () => {
  // The scratch register of the first serial port keeps what is written to it.
  assert.equal(await human('o/b 0x3ff 0x5a'), '');
  assert.equal(await human('i/b 0x3ff'), 'portb[0x03ff] = 0x5a\n');
  assert.match(await human('i/h 0x3f8'), /^portw\[0x03f8\] = 0x[0-9a-f]{4}\n$/);
  // An index goes to the port itself, the value comes from the next one: the clock's register B.
  assert.match(await human('i/b 0x70 0xb'), /^portb\[0x0071\] = 0x02\n$/);
});

describe('info', () => {
  test('about processor, memory and pointers agrees with QMP', async () => {
    const [{ type } = { type: '' }] = await bench.client.execute('query-hotpluggable-cpus');
    assert.ok((await human('info hotpluggable-cpus')).includes(`  type: "${type}"\n`));
    const [memory] = await bench.client.execute('query-memdev');
    assert.equal(memory?.size, 16 << 20);
    assert.match(await human('info memdev'), /^memory backend: pc.ram\n {2}size: {2}16777216\n/);
    assert.equal(await human('info mice'), '  Mouse #1: vmmouse (absolute)\n* Mouse #0: PS/2 Mouse\n');
    assert.equal(await human('info balloon'), 'balloon: actual=16\n');
  });

  test('lists every topic once, in order', async () => {
    const topics = (await human('help info')).match(/^info \S+/gm) ?? [];
    assert.ok(topics.length > 20);
    assert.deepEqual(topics, [...new Set(topics)].sort());
  });
});

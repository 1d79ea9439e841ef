import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { Emulator } from '#src/emulator/emulator.js';
import { openFileImage } from '#src/emulator/node-image.js';
import { Machine } from '#src/machine/machine.js';
import { loadFirmware, startNodeThread, wasmPath } from '#src/machine/node-thread.js';
import { Program } from '../cli/program.js';
import { Bench } from '../commands/bench.js';

const folder = mkdtempSync(join(tmpdir(), 'persistence-'));
const disk = join(folder, 'disk.img');
const SECTORS = 2048;
after(() => rmSync(folder, { recursive: true }));

const medium = { file: disk, readOnly: false, snapshot: false };
const sector = (number: number) => {
  const text = readFileSync(disk)
    .subarray(number * 512, (number + 1) * 512)
    .toString('latin1');
  return text.slice(0, text.indexOf('\0'));
};

describe('what a guest was told to be written', () => {
  let program: Program | undefined;
  let serial: Socket | undefined;
  afterEach(async () => {
    serial?.destroy();
    await program?.kill();
  });

  for (const round of [1, 2, 3])
    test(`is in the image when the process is killed in the middle of writing (${round})`, async () => {
      writeFileSync(disk, Buffer.alloc(SECTORS * 512));
      const socket = join(folder, `serial-${round}`);
      const options = ['-serial', `unix:${socket},server=on,wait=off`, '-monitor', 'stdio'];
      program = new Program('-m', '16', '-drive', `file=${disk},format=raw`, ...options);
      await program.prints('(qemu) ');
      let output = '';
      let lines = 0;
      const guest = connect(socket);
      serial = guest;
      guest.on('error', () => {});
      const typeNext = () => {
        lines += 1;
        guest.write(lines % 10 === 0 ? 'flush\r' : `write ${lines} round ${round} sector ${lines}\r`);
      };
      const killed = new Promise<void>((resolve) => {
        guest.on('data', (data) => {
          output += data.toString('latin1');
          // Whenever the guest is ready for it, it gets the next line: also while the signal is on its way.
          if (output.endsWith('> ')) typeNext();
          if (output.split('written\r\n').length > 15 * round) program?.process.kill('SIGKILL');
        });
        guest.on('close', () => resolve());
      });
      typeNext();
      await killed;
      await program.exit;
      const written = output.matchAll(/write (\d+) (round \d+ sector \d+)\r\nwritten\r\n/g);
      const acknowledged = [...written].map(([, number, text]) => [Number(number), text] as const);
      assert.ok(acknowledged.length >= 15 * round);
      for (const [number, text] of acknowledged) assert.equal(sector(number), text);
    });
});

describe('an image', () => {
  let bench: Bench;
  afterEach(() => bench.stop());

  test('that is read-only is not written, and the guest is told', async () => {
    writeFileSync(disk, Buffer.alloc(SECTORS * 512));
    bench = await Bench.start({ media: { hda: { ...medium, readOnly: true } } });
    bench.guest.type('write 3 text');
    await bench.guest.says('disk error');
    const { data } = await bench.until(({ event }) => event === 'BLOCK_IO_ERROR');
    assert.deepEqual([data?.operation, data?.action, data?.reason], ['write', 'report', 'Operation not permitted']);
    bench.guest.type('read 3');
    await bench.guest.says('read 3\r\n\r\n> ');
    const [drive] = await bench.client.execute('query-block');
    assert.equal(drive?.inserted?.ro, true);
    assert.ok(readFileSync(disk).every((byte) => byte === 0));
  });

  test('with snapshot=on keeps what is written only as long as the machine is there', async () => {
    writeFileSync(disk, Buffer.alloc(SECTORS * 512));
    const media = { hda: { ...medium, snapshot: true } };
    bench = await Bench.start({ media });
    bench.guest.type('write 3 kept for now');
    await bench.guest.says('written');
    bench.guest.type('flush');
    await bench.guest.says('flushed');
    await bench.client.execute('stop');
    await bench.client.execute('cont');
    bench.guest.type('read 3');
    await bench.guest.says('kept for now\r\n> ');
    await bench.stop();
    assert.ok(readFileSync(disk).every((byte) => byte === 0));
    bench = await Bench.start({ media });
    bench.guest.type('read 3');
    await bench.guest.says('read 3\r\n\r\n> ');
  });

  test('is brought to safety by the guest, by stop and by a snapshot', async () => {
    writeFileSync(disk, Buffer.alloc(SECTORS * 512));
    bench = await Bench.start({ media: { hda: medium } });
    const flushes = async () => {
      const [{ stats } = { stats: undefined }] = await bench.client.execute('query-blockstats');
      return Number(stats?.flush_operations);
    };
    assert.equal(await flushes(), 0);
    bench.guest.type('flush');
    await bench.guest.says('flushed');
    assert.equal(await flushes(), 1);
    await bench.client.execute('stop');
    assert.equal(await flushes(), 2);
    await bench.client.execute('cont');
    bench.takeEvents();
    await bench.client.execute('migrate', { uri: 'exec:cat > /dev/null' });
    await bench.until(({ event }) => event === 'STOP');
    assert.equal(await flushes(), 3);
  });
});

const options = {
  wasmPath: wasmPath(),
  firmware: loadFirmware(),
  memory: 16 << 20,
  bootSource: 'built-in' as const,
  bootOrder: [],
  media: { hda: medium },
  serialPorts: 1,
};

test('an emulator that ends flushes its images before it closes them', async () => {
  writeFileSync(disk, Buffer.alloc(SECTORS * 512));
  const calls: string[] = [];
  const openImage: typeof openFileImage = (spec) => {
    const image = openFileImage(spec);
    return {
      size: image.size,
      readOnly: image.readOnly,
      read: (offset, length) => image.read(offset, length),
      write: (offset, data) => image.write(offset, data),
      flush() {
        calls.push('flush');
        image.flush();
      },
      close() {
        calls.push('close');
        image.close();
      },
    };
  };
  const emulator = await Emulator.create(options, { loadFile: readFile, openImage }, () => {});
  emulator.run();
  emulator.destroy();
  assert.deepEqual(calls, ['flush', 'close']);
});

test('a machine that quits waits until its emulator has ended, before it takes the thread away', async () => {
  const order: string[] = [];
  const machine = await Machine.create({
    emulator: options,
    startThread(listener) {
      const thread = startNodeThread(listener);
      return {
        api: {
          ...new Proxy(thread.api, {}),
          create: thread.api.create,
          setResetOnRequest: thread.api.setResetOnRequest,
          run: thread.api.run,
          stop: thread.api.stop,
          async destroy() {
            await thread.api.destroy();
            order.push('ended');
          },
        },
        async terminate() {
          order.push('terminated');
          await thread.terminate();
        },
      };
    },
  });
  await machine.resume();
  machine.quit();
  await machine.finished;
  await machine.destroy();
  assert.deepEqual(order, ['ended', 'terminated']);
});

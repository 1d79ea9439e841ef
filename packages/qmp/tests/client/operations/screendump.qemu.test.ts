import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { type AnyApi, connect, type QmpError, screendump, type Tracer } from 'qmp';
import { isPng } from '#src/client/operations/png.js';
import { pair } from '../peer.js';
import { Qemu, withQemu } from '../qemu.js';

const machine = ['-M', 'pc', '-m', '16', '-device', 'VGA,id=vga'];

/** Remembers the names that QEMU was asked to write to. */
function names(): { files: string[]; tracer: Tracer } {
  const files: string[] = [];
  return {
    files,
    tracer: (event) => {
      if (event.type === 'command' && event.command === 'screendump') files.push(String(event.arguments?.filename));
    },
  };
}

test('over a unix socket the picture comes through a passed descriptor, and no descriptor is left behind', async () => {
  const { files, tracer } = names();
  await withQemu(
    machine,
    async (vm) => {
      const picture = PNG.sync.read(Buffer.from(await screendump(vm)));
      assert.ok(picture.width >= 640);
      await assert.rejects(screendump(vm, { device: 'nothing' }), /"screendump" failed: /);
      assert.match(files[0] ?? '', /^\/dev\/fdset\/\d+$/);
      // QEMU 7.2 keeps an empty set that a picture was written to.
      for (const { fds } of await vm.execute('query-fdsets')) assert.deepEqual(fds, []);
    },
    { tracer },
  );
});

test('over TCP it comes through a temporary file', async () => {
  const port = 20_000 + (process.pid % 20_000);
  const qemu = await Qemu.start([...machine, '-qmp', `tcp:127.0.0.1:${port},server=on,wait=off`]);
  try {
    await (await qemu.connect()).close();
    const { files, tracer } = names();
    await using vm = await connect<AnyApi>(`tcp:127.0.0.1:${port}`, { tracer });
    assert.equal(vm.passesDescriptors, false);
    assert.ok(isPng(await screendump(vm)));
    assert.match(files[0] ?? '', /qmp-screendump-/);
  } finally {
    await qemu[Symbol.asyncDispose]();
  }
});

test('a picture saved on another host is told as such, with the next step', async () => {
  const { client, peer } = await pair();
  peer.answer = ({ execute, id }) =>
    `${JSON.stringify({ return: execute === 'query-qmp-schema' ? [] : {}, ...(id === undefined ? {} : { id }) })}\r\n`;
  await assert.rejects(screendump(client), (error: QmpError) => {
    assert.equal(error.code, 'QMP_UNSUPPORTED');
    assert.match(error.message, /saved where this process cannot read it/);
    assert.match(error.hint ?? '', /koffi.*screendumpTo/);
    return true;
  });
  peer.answer = ({ execute, id, arguments: args }) => {
    const { filename } = (args ?? {}) as { filename?: string };
    const error = { class: 'GenericError', desc: `failed to open file '${filename}': No such file or directory` };
    return `${JSON.stringify({ ...(execute === 'screendump' ? { error } : { return: [] }), ...(id === undefined ? {} : { id }) })}\r\n`;
  };
  await assert.rejects(screendump(client), /QEMU cannot write where this process could read/);
  await client.close();
});

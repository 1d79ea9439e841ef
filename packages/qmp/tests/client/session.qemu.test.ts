import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type AnyApi, connect, type QmpError } from 'qmp';
import { Qemu, withQemu } from './qemu.js';

test('a client talks to a real QEMU: version, state, typed replies, errors', async () => {
  await withQemu(['-M', 'none', '-name', 'demo'], async (vm) => {
    assert.equal(typeof vm.version?.qemu.major, 'number');
    assert.deepEqual(vm.capabilities, ['oob']);
    assert.deepEqual(await vm.execute('query-name'), { name: 'demo' });
    assert.equal((await vm.execute('query-status')).status, 'running');
    await assert.rejects(vm.execute('device_del', { id: 'nothing' }), (error: QmpError) => {
      assert.equal(error.errorClass, 'DeviceNotFound');
      return true;
    });
    await assert.rejects(vm.as<AnyApi>().execute('no-such-command'), /"no-such-command" failed: The command/);
  });
});

test('a pretty-printing monitor is the same to a client', async () => {
  const qemu = await Qemu.start(['-M', 'none'], true);
  try {
    const vm = await qemu.connect();
    const commands = await vm.execute('query-commands');
    assert.ok(commands.length > 100);
    assert.ok((await vm.execute('query-qmp-schema')).length > 500);
    await vm.close();
  } finally {
    await qemu[Symbol.asyncDispose]();
  }
});

test('an event that comes before the reply of its cause is not lost', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    const { event, result } = await vm.executeAndWait('stop', {}, 'STOP', { timeout: 10_000 });
    assert.equal(event.event, 'STOP');
    assert.deepEqual(result, {});
    const { cursor } = vm;
    await vm.execute('cont');
    const resume = await vm.waitFor('RESUME', { since: cursor, timeout: 10_000 });
    assert.equal(resume.cursor, cursor);
  });
});

test('a hundred commands at once are answered each by its own', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    const lines = Array.from({ length: 100 }, (_, i) => `print ${i}`);
    const replies = await Promise.all(
      lines.map((line) => vm.execute('human-monitor-command', { 'command-line': line })),
    );
    assert.deepEqual(
      replies,
      Array.from({ length: 100 }, (_, i) => (i === 0 ? '0\r\n' : `0x${i.toString(16)}\r\n`)),
    );
  });
});

test('out-of-band commands are answered among in-band ones', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    const [schema, yank] = await Promise.all([
      vm.execute('query-qmp-schema'),
      vm.execute('query-yank', {}, { oob: true }),
    ]);
    assert.ok(schema.length > 500);
    assert.equal(yank[0]?.type, 'chardev');
    await assert.rejects(vm.as<AnyApi>().execute('query-status', {}, { oob: true }), /does not support OOB/);
  });
});

test('an out-of-band command overtakes however many in-band ones wait', async () => {
  await withQemu(['-M', 'none', '-S'], async (vm, qemu) => {
    // Nothing opens the other end of the pipe, so the command does not end before we do that.
    const pipe = qemu.path('pipe');
    execFileSync('mkfifo', [pipe]);
    const stuck = vm.execute('chardev-add', {
      id: 'stuck',
      backend: { type: 'file', data: { out: pipe } },
    });
    const waiting = Array.from({ length: 40 }, () => vm.execute('query-status'));
    const yank = await vm.execute('query-yank', {}, { oob: true, timeout: 10_000 });
    assert.ok(yank.length > 0);
    assert.equal(vm.inFlight, 41);
    const reader = openSync(pipe, 'r');
    await Promise.all([stuck, ...waiting]);
    closeSync(reader);
  });
});

test('64-bit integers come back as they were sent', async () => {
  await withQemu(['-M', 'none', '-object', 'memory-backend-ram,id=ram0,size=1M'], async (vm) => {
    await vm.execute('object-add', { 'qom-type': 'iothread', id: 'io0', 'poll-max-ns': 9_007_199_254_740_993n });
    const value = await vm.execute('qom-get', { path: '/objects/io0', property: 'poll-max-ns' });
    assert.equal(value, 9_007_199_254_740_993n);
    await vm.execute('qom-set', { path: '/objects/io0', property: 'poll-max-ns', value: 1000n });
    assert.equal(await vm.execute('qom-get', { path: '/objects/io0', property: 'poll-max-ns' }), 1000);
  });
});

test('a monitor that someone else holds is named as such, and is free when they leave', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    await assert.rejects(
      qemu.connect({ timeouts: { greeting: 300 } }),
      (error: QmpError) => error.code === 'QMP_GREETING_TIMEOUT' && /Someone else holds/.test(error.hint ?? ''),
    );
    await vm.close();
    const next = await qemu.connect();
    assert.equal((await next.execute('query-status')).status, 'running');
    await next.close();
  });
});

test('the reply to a command that a former client left running reaches no command of ours', async () => {
  const qemu = await Qemu.start(['-S', '-M', 'pc', '-m', '512']);
  try {
    await (await qemu.connect()).close();
    const strays: string[] = [];
    for (let round = 0; round < 5; round++) {
      const former = connectSocket(qemu.socket);
      await once(former, 'data');
      former.write('{"execute":"qmp_capabilities"}');
      await once(former, 'data');
      former.write('{"execute":"pmemsave","arguments":{"val":0,"size":536870912,"filename":"/dev/null"}}');
      await delay(50);
      former.destroy();
      const vm = await qemu.connect({
        tracer: (event) => void (event.type === 'unexpected' && strays.push(event.why)),
      });
      assert.equal((await vm.execute('query-status')).status, 'prelaunch');
      await vm.close();
    }
    assert.ok(strays.length > 0, 'QEMU did answer a former client’s command to us');
    assert.ok(strays.every((why) => why.startsWith('a reply to a former client')));
  } finally {
    await qemu[Symbol.asyncDispose]();
  }
});

test('when QEMU is killed in the middle of commands, each fails at once and says so', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    const pending = ['query-qmp-schema', 'query-status', 'query-name'] as const;
    const failures = pending.map((name) =>
      assert.rejects(vm.execute(name), (error: QmpError) => {
        assert.equal(error.code, 'QMP_DISCONNECTED');
        assert.match(error.hint ?? '', /No SHUTDOWN event/);
        return true;
      }),
    );
    qemu.process.kill('SIGKILL');
    await Promise.all(failures);
    assert.equal(vm.state, 'closed');
  });
});

test('quit is answered, and the end is known to be orderly', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    const status = vm.status();
    await vm.execute('quit');
    for await (const item of status) {
      if (item.type !== 'disconnected') continue;
      assert.equal(item.orderly, true);
      assert.match(item.error.message, /QEMU shut down \(host-qmp-quit\)/);
    }
    assert.equal(vm.state, 'closed');
  });
});

test('a human monitor is recognised', async () => {
  const qemu = await Qemu.start(['-M', 'none', '-monitor', 'unix:{folder}/hmp.sock,server=on,wait=off']);
  try {
    await (await qemu.connect()).close(); // QEMU accepts clients once all its chardevs listen.
    await assert.rejects(connect(qemu.path('hmp.sock')), (error: QmpError) => {
      assert.equal(error.code, 'QMP_GREETING_INVALID');
      assert.match(error.message, /human monitor/);
      return true;
    });
  } finally {
    await qemu[Symbol.asyncDispose]();
  }
});

test('a monitor whose queue of clients is full is tried again, for two seconds', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    const waiting: Socket[] = [];
    for (let full = false; !full; ) {
      const socket = connectSocket(qemu.socket);
      waiting.push(socket);
      full = await new Promise((resolve) => {
        socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
      });
    }
    await assert.rejects(connect(qemu.socket), /other clients are connected and waiting already \(EAGAIN\)/);
    const connecting = connect<AnyApi>(qemu.socket);
    for (const socket of waiting) socket.destroy();
    await vm.close();
    const next = await connecting;
    assert.deepEqual(await next.execute('query-name'), {});
    await next.close();
  });
});

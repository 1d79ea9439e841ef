import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ExitError, launch, QmpError } from 'qmp';

const bare = ['-M', 'none', '-display', 'none', '-nodefaults'];

/** Tells a process that is there; a zombie that nobody has reaped is not. */
function alive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('launch gives a running session, and the end of its scope leaves no process', async () => {
  let pid = 0;
  {
    await using vm = await launch({ args: bare });
    pid = vm.pid;
    const { status } = (await vm.client.execute('query-status')) as { status: string };
    assert.equal(status, 'running');
    assert.equal(alive(pid), true);
    await vm.shutdown({ powerdown: 0 });
  }
  assert.equal(alive(pid), false);
});

test('shutdown says which step ended the machine', async () => {
  const paused = await launch({ args: [...bare, '-S'] });
  assert.equal((await paused.shutdown()).by, 'quit', 'a guest that does not run has no power button');
  const stubborn = await launch({ args: bare });
  const result = await stubborn.shutdown({ powerdown: 100, quit: 0 });
  assert.deepEqual([result.by, result.code], ['SIGTERM', 0]);
  const killed = await launch({ args: bare });
  assert.equal((await killed.shutdown({ powerdown: 0, quit: 0, terminate: 0 })).by, 'SIGKILL');
  const again = await killed.shutdown();
  assert.equal(again.signal, 'SIGKILL', 'a second call gives the result of the first');
});

test('a machine that ended by itself says so', async () => {
  const vm = await launch({ args: bare });
  await vm.client.execute('quit');
  await vm.exited;
  assert.deepEqual(await vm.shutdown(), { by: 'itself', code: 0, signal: null, stderr: '' });
});

test('a program that is missing is told with the next step', async () => {
  await assert.rejects(launch({ binary: 'qemu-system-none' }), {
    code: 'QMP_LAUNCH_FAILED',
    message: 'cannot start qemu-system-none: there is no such program',
    hint: /apt-get install/,
  });
  await assert.rejects(launch({ binary: 'qemu-system-none', guard: false }), /there is no such program/);
  await assert.rejects(launch({ binary: fileURLToPath(import.meta.url) }), {
    code: 'QMP_LAUNCH_FAILED',
    message: /permission denied/,
  });
  await assert.rejects(launch({ cwd: '/nowhere' }), /cannot start qemu-system-x86_64: there is no directory \/nowhere/);
});

test('a program that refuses its arguments fails with its exit code and its own words', async () => {
  await assert.rejects(launch({ args: ['-machine', 'nonsense'] }), (error) => {
    assert.ok(error instanceof ExitError);
    assert.equal(error.code, 'QMP_LAUNCH_FAILED');
    assert.equal(error.exit.code, 1);
    assert.match(
      error.message,
      /^qemu-system-x86_64 exited with code 1 before its monitor was ready: .*unsupported machine type/,
    );
    return true;
  });
});

test('a program that is not QEMU is ended, and the error says that it never greeted', async () => {
  const started = launch({ binary: 'sleep', args: ['60'] });
  await assert.rejects(started, {
    code: 'QMP_LAUNCH_FAILED',
    message: /sleep exited with code 1 .*invalid option|unrecognized/,
  });
  const silent = launch({ binary: '/bin/sh', args: ['-c', 'sleep 60', 'x'], connect: { timeouts: { greeting: 200 } } });
  await assert.rejects(silent, { code: 'QMP_GREETING_TIMEOUT' });
});

test('a machine that is killed fails every pending command with its end', async () => {
  const vm = await launch({ args: bare });
  // A stopped process answers nothing: the commands stay pending.
  process.kill(vm.pid, 'SIGSTOP');
  const pending = [vm.client.execute('query-status'), vm.client.execute('query-version')];
  const settled = Promise.allSettled(pending);
  process.kill(vm.pid, 'SIGKILL');
  for (const outcome of await settled) {
    assert.equal(outcome.status, 'rejected');
    assert.ok(QmpError.is(outcome.reason));
    assert.equal(outcome.reason.code, 'QMP_DISCONNECTED');
    assert.match(outcome.reason.message, /interrupted: qemu-system-x86_64 \(pid \d+\) was ended by SIGKILL/);
  }
  assert.equal((await vm.exited).signal, 'SIGKILL');
  assert.equal((await vm.shutdown()).by, 'itself');
});

test('an abort during the start ends the process', async () => {
  const controller = new AbortController();
  const starting = launch({ args: bare, signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(starting, { code: 'QMP_ABORTED' });
  await assert.rejects(launch({ args: bare, signal: controller.signal }), { code: 'QMP_ABORTED' });
});

test('what QEMU says on standard error is kept up to the limit, and told as it comes', async () => {
  const heard: string[] = [];
  const vm = await launch({
    args: [
      ...bare,
      '-trace',
      'qmp_job*',
      '-chardev',
      'socket,id=x,host=127.0.0.1,port=0,server=on,wait=off,nodelay',
      '-serial',
      'null',
    ],
    onStderr: (text) => heard.push(text),
    stderrLimit: 20,
  });
  await vm.kill();
  assert.ok(vm.stderr.length <= 20);
  assert.ok(heard.join('').endsWith(vm.stderr));
});

test('an option that does not exist is refused', async () => {
  await assert.rejects(launch({ arg: [] } as object), { code: 'QMP_OPTION_INVALID', message: /"arg"/ });
});

test('the storage daemon is launched the same way', async () => {
  const vm = await launch({ binary: 'qemu-storage-daemon' });
  assert.deepEqual(await vm.client.execute('query-block-exports'), []);
  assert.equal((await vm.shutdown()).by, 'quit');
});

test('when our process is killed, QEMU ends too', { timeout: 30_000 }, async () => {
  const script = `
    import { launch } from 'qmp';
    const vm = await launch({ args: ${JSON.stringify(bare)} });
    console.log(vm.pid);
  `;
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const pid = Number(line);
    assert.equal(alive(pid), true);
    parent.kill(signal);
    await once(parent, 'close');
    await untilGone(pid);
  }
});

test('however early our process is killed, no process stays', { timeout: 60_000 }, async () => {
  const mark = `early-${process.pid}`;
  const args = JSON.stringify([...bare, '-name', mark]);
  const script = `import { launch } from 'qmp'; console.log('now'); await launch({ args: ${args} }); setInterval(() => {}, 1000)`;
  for (let n = 0; n < 20; n++) {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    await delay(n / 2);
    parent.kill('SIGKILL');
    await once(parent, 'close');
  }
  const running = (): number[] => processes().filter((pid) => commandLine(pid).includes(mark));
  for (let tries = 0; running().length > 0 && tries < 100; tries++) await delay(20);
  assert.deepEqual(running(), []);
});

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

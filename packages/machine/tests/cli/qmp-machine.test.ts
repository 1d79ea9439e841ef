import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectNet, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect as connectTo } from 'qmp';
import type { Api } from 'qmp/api/v7_2';
import { Program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-machine-'));
const programs: Program[] = [];

function run(...args: readonly string[]): Program {
  const program = new Program(...args);
  programs.push(program);
  return program;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const connect = (address: string) => connectTo<Api>(address);

let sockets = 0;
function socketPath(): string {
  sockets += 1;
  return join(folder, `qmp-${sockets}.sock`);
}

/** A machine with QMP on a unix socket, and a client on it. */
async function attach(...args: readonly string[]) {
  const path = socketPath();
  const program = run('-m', '16', '-monitor', 'stdio', '-qmp', `unix:${path},server=on,wait=off`, ...args);
  await program.prints('(qemu) ');
  return { program, client: await connect(`unix:${path}`), path };
}

afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
});
after(() => rmSync(folder, { recursive: true }));

describe('the founding document', () => {
  test('-qmp tcp:localhost:PORT,server waits for a client and says so', async () => {
    const port = await freePort();
    const program = run('-qmp', `tcp:localhost:${port},server`);
    await program.prints(`info: QEMU waiting for connection on: disconnected:tcp:127.0.0.1:${port},server=on\n`);
    assert.match(program.stderr, /^qmp-machine: -qmp tcp:localhost:\d+,server: info/);
    await using client = await connect(`tcp:localhost:${port}`);
    const { status } = await client.execute('query-status');
    assert.equal(status, 'running');
    await client.execute('quit');
    assert.equal(await program.exit, 0);
  });

  test('-chardev and -mon put a user monitor on stdio and QMP on a port', async () => {
    const port = await freePort();
    const program = run(
      ...['-chardev', 'stdio,id=mon0', '-mon', 'chardev=mon0,mode=readline'],
      ...['-chardev', `socket,id=mon1,host=localhost,port=${port},server`, '-mon', 'chardev=mon1,mode=control'],
    );
    await program.prints('waiting for connection');
    await using client = await connect(`tcp:localhost:${port}`);
    const version = await client.execute('query-version');
    assert.equal(typeof version.qemu.major, 'number');
    await program.prints('(qemu) ');
    program.type('info chardev\n');
    await program.prints('mon0: filename=stdio');
    await program.prints('mon1: filename=tcp:127.0.0.1');
    program.type('quit\n');
    assert.equal(await program.exit, 0);
  });
});

describe('leaving', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal} ends the machine with code 0, an event, and nothing left behind`, async () => {
      const { program, client, path } = await attach();
      const events = client.listen(['SHUTDOWN']);
      program.process.kill(signal);
      const { value } = await events[Symbol.asyncIterator]().next();
      assert.deepEqual(value?.data, { guest: false, reason: 'host-signal' });
      assert.equal(await program.exit, 0);
      assert.match(program.stderr, /qmp-machine: terminating on signal (2|15)/);
      assert.equal(existsSync(path), false);
      await client.destroy();
    });

  test('a signal also ends a machine that still waits for its client', async () => {
    const program = run('-qmp', `unix:${socketPath()},server`);
    await program.prints('waiting for connection');
    program.process.kill('SIGTERM');
    assert.equal(await program.exit, 0);
  });

  test('the end of standard input does not end the machine', async () => {
    const { program, client } = await attach();
    program.process.stdin.end();
    for (let round = 0; round < 3; round++) assert.equal((await client.execute('query-status')).status, 'running');
    await client.execute('quit');
    assert.equal(await program.exit, 0);
  });

  test('a guest that turns itself off ends the machine', { timeout: 60_000 }, async () => {
    const { program, client } = await attach('-no-reboot');
    const events = client.listen(['POWERDOWN', 'SHUTDOWN']);
    await client.execute('system_powerdown');
    const seen: string[] = [];
    for await (const event of events) {
      seen.push(event.event);
      if (event.event === 'SHUTDOWN') break;
    }
    assert.deepEqual(seen, ['POWERDOWN', 'SHUTDOWN']);
    assert.equal(await program.exit, 0);
    await client.destroy();
  });
});

describe('commands', () => {
  test('-preconfig holds the machine back until x-exit-preconfig, once; then it starts by itself', async () => {
    const { program, client } = await attach('-preconfig');
    await assert.rejects(client.execute('query-cpus-fast'), { message: /only after machine initialization/ });
    assert.equal((await client.execute('query-status')).status, 'prelaunch');
    using resumes = client.listen(['RESUME']);
    await client.execute('x-exit-preconfig');
    for await (const _ of resumes) break;
    assert.equal((await client.execute('query-cpus-fast')).length, 1);
    await assert.rejects(client.execute('x-exit-preconfig'), { message: /only before machine initialization/ });
    await client.execute('quit');
    assert.equal(await program.exit, 0);
  });

  test('a machine that is still in -preconfig can quit', async () => {
    const { program, client } = await attach('--preconfig');
    await client.execute('quit');
    assert.equal(await program.exit, 0);
  });

  test('what the machine is', async () => {
    const uuid = '12345678-1234-1234-1234-123456789abc';
    const { client } = await attach('-name', 'lab,debug-threads=on', '-uuid', uuid, '-S');
    assert.deepEqual(await client.execute('query-name'), { name: 'lab' });
    assert.deepEqual(await client.execute('query-uuid'), { UUID: uuid });
    assert.deepEqual(await client.execute('query-status'), {
      running: false,
      singlestep: false,
      status: 'prelaunch',
    });
    assert.deepEqual(await client.execute('query-kvm'), { enabled: false, present: false });
    const cpus = await client.execute('query-cpus-fast');
    assert.equal(cpus[0]?.target, 'i386');
    await client.destroy();
  });

  test('stop, cont and system_reset raise their events before the reply', async () => {
    const { program, client } = await attach();
    const names: string[] = [];
    client.on('*', (event) => names.push(event.event));
    await client.execute('stop');
    assert.deepEqual(names, ['STOP']);
    await client.execute('cont');
    assert.deepEqual(names, ['STOP', 'RESUME']);
    await client.execute('system_reset');
    assert.deepEqual(names, ['STOP', 'RESUME', 'RESET']);
    program.type('info status\n');
    await program.prints('VM status: running');
    await client.destroy();
  });

  test('keys are typed, and the picture of the screen shows the text they make', async () => {
    const path = join(folder, 'screen.ppm');
    const serial = join(folder, 'serial.sock');
    const { client } = await attach('-serial', `unix:${serial},server=on,wait=off`);
    const shot = async () => {
      await client.execute('screendump', { filename: path });
      return readFileSync(path);
    };
    // Until the guest has drawn its prompt and cursor the picture changes by itself.
    let before = await shot();
    for (let same = 0; same < 3 || before.every((byte, index) => index < 15 || byte === 0); ) {
      const next = await shot();
      same = next.equals(before) ? same + 1 : 0;
      before = next;
    }
    assert.equal(before.subarray(0, 15).toString(), 'P6\n720 400\n255\n');
    await client.execute('send-key', {
      keys: [
        { type: 'qcode', data: 'shift' },
        { type: 'qcode', data: 'h' },
      ],
    });
    for (;;) {
      await client.execute('screendump', { filename: path });
      if (!readFileSync(path).equals(before)) break;
    }
    await client.execute('screendump', { filename: path, format: 'png' });
    assert.equal(readFileSync(path).subarray(1, 4).toString(), 'PNG');
    await assert.rejects(client.execute('screendump', { filename: '/nonexistent/a' }), {
      message: /failed to open file '\/nonexistent\/a': No such file or directory/,
    });
    await client.destroy();
  });

  test('the human monitor is there through QMP too', async () => {
    const { client } = await attach('-name', 'lab');
    const human = (line: string) => client.execute('human-monitor-command', { 'command-line': line });
    assert.equal(await human('info name'), 'lab\r\n');
    assert.equal(await human(''), '');
    assert.equal(await human('foo'), "unknown command: 'foo'\r\n");
    assert.equal(
      await human('stop x'),
      'stop|s: extraneous characters at the end of line\r\nTry "help stop" for more information\r\n',
    );
    assert.equal(await human('sendkey foo'), 'invalid parameter: foo\r\n');
    await client.destroy();
  });
});

describe('a wrong command line', () => {
  const cases: readonly (readonly [args: string, message: string])[] = [
    ['-foo', '-foo: invalid option'],
    ['-no-rebot', '-no-rebot: invalid option\nDid you mean -no-reboot?'],
    ['-m', '-m: requires an argument'],
    ['-m abc', "-m abc: Parameter 'size' expects a non-negative number below 2^64"],
    ['-m 16T', '-m 16T: no machine of 16T can be made'],
    ['-M foo', 'unsupported machine type'],
    ['-machine pc,x=1', "Property 'pc-i440fx-7.2-machine.x' not found"],
    ['-smp 2', "Invalid SMP CPUs 2. The max CPUs supported by machine 'pc-i440fx-7.2' is 1"],
    ['-smp x', "Parameter 'smp.cpus' expects integer"],
    ['-bios absent.bin', "could not load PC BIOS 'absent.bin'"],
    ['-drive file=DISK,werror=foo', "-drive file=DISK,werror=foo: 'foo' invalid write error action"],
    ['-drive file=DISK,rerror=enospc', "-drive file=DISK,rerror=enospc: 'enospc' invalid read error action"],
    [
      '-drive file=DISK,if=floppy,werror=stop',
      '-drive file=DISK,if=floppy,werror=stop: werror is not supported by this bus type',
    ],
    ['-drive file=DISK,foo=bar', "-drive file=DISK,foo=bar: Block format 'raw' does not support the option 'foo'"],
    [
      '-drive file=blkdebug::absent',
      "-drive file=blkdebug::absent: Could not open 'absent': No such file or directory",
    ],
    [
      '-drive file=blkdebug:absent:DISK',
      '-drive file=blkdebug:absent:DISK: Could not read blkdebug config file: No such file or directory',
    ],
    ['-drive driver=nosuch,file=DISK', "-drive driver=nosuch,file=DISK: Unknown driver 'nosuch'"],
    ['-drive file=DISK,readonly=maybe', "-drive file=DISK,readonly=maybe: Parameter 'read-only' expects 'on' or 'off'"],
    ['-drive file=DISK,media=foo', "-drive file=DISK,media=foo: 'foo' invalid media"],
    ['-drive file=DISK,cache=foo', '-drive file=DISK,cache=foo: invalid cache option'],
    ['-drive file=DISK,node-name=1a', "-drive file=DISK,node-name=1a: Invalid node-name: '1a'"],
    [
      '-drive file=DISK,node-name=a -drive file=DISK,node-name=a',
      "-drive file=DISK,node-name=a: Duplicate nodes with node-name='a'",
    ],
    ['-drive file=DISK,id=a -drive file=DISK,id=a', "-drive file=DISK,id=a: Duplicate ID 'a' for drive"],
    ['-drive file=DISK,id=1a', "-drive file=DISK,id=1a: Parameter 'id' expects an identifier"],
    [
      '-drive driver=blkdebug,image.filename=DISK,inject-error.0.sector=1',
      '-drive driver=blkdebug,image.filename=DISK,inject-error.0.sector=1: Missing event name for rule',
    ],
    ['-uuid x', '-uuid x: failed to parse UUID string: wrong format'],
    ['-name a,b=c', "-name a,b=c: Invalid parameter 'b'"],
    ['-mon chardev=x', '-mon chardev=x: chardev "x" not found'],
    ['-chardev null,id=a -chardev null,id=a', "-chardev null,id=a: Duplicate ID 'a' for chardev"],
    ['-monitor stdio -qmp stdio', '-qmp stdio: cannot use stdio by multiple character devices'],
    ['-display gtk', "-display gtk: Parameter 'type' does not accept value 'gtk'"],
    ['-compat input=no', '-compat input=no: -compat has no member "input"'],
    ['-compat unstable-input=no', '-compat unstable-input=no: unstable-input=no is not a policy'],
    ['-action panic=foo', "-action panic=foo: Parameter 'panic' does not accept value 'foo'"],
    [
      '-qmp unix:/nonexistent/x,server,wait=off',
      '-qmp unix:/nonexistent/x,server,wait=off: Failed to bind socket to /nonexistent/x: No such file',
    ],
    ['-qmp unix:/nonexistent/x', '-qmp unix:/nonexistent/x: Failed to connect to'],
  ];
  for (const [args, message] of cases)
    test(`qmp-machine ${args}`, async () => {
      const disk = (text: string) => text.replace('DISK', fileURLToPath(import.meta.url));
      const program = run(...args.split(' ').map(disk));
      assert.equal(await program.exit, 1);
      assert.ok(program.stderr.startsWith(`qmp-machine: ${disk(message)}`), program.stderr);
      assert.doesNotMatch(program.stderr, /\n {4}at /);
    });

  test('an occupied port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const program = run('-qmp', `tcp:127.0.0.1:${port},server,wait=off`);
    assert.equal(await program.exit, 1);
    assert.match(program.stderr, /Failed to find an available port: Address already in use/);
    await new Promise((resolve) => server.close(resolve));
  });
});

test('-drive takes a disk some of whose requests fail, with rules in a file or in the option', async () => {
  const disk = join(folder, 'faulty.img');
  const rules = join(folder, 'rules');
  writeFileSync(disk, Buffer.alloc(65536));
  writeFileSync(rules, '# one bad sector\n[inject-error]\nevent = "read_aio"\nsector = "7"\nerrno = "28"\n');
  const serial = socketPath();
  const inline = 'file.driver=blkdebug,file.image.filename=DISK,file.inject-error.0.event=write_aio'.replace(
    'DISK',
    disk,
  );
  const { client } = await attach(
    ...['-drive', `file=blkdebug:${rules}:${disk},format=raw,rerror=stop,id=bad`],
    ...['-drive', `driver=raw,${inline},werror=report,node-name=second`],
    ...['-drive', 'media=cdrom'],
    ...['-serial', `unix:${serial},server=on,wait=off`],
  );
  const [first, second] = await client.execute('query-block');
  assert.deepEqual([first?.device, first?.['io-status'], second?.['io-status']], ['bad', 'ok', undefined]);
  assert.equal(first?.inserted?.file, `blkdebug:${rules}:${disk}`);
  assert.equal(second?.inserted?.['node-name'], 'second');
  const nodes = await client.execute('query-named-block-nodes');
  assert.deepEqual(
    nodes.map(({ drv }) => drv),
    ['raw', 'blkdebug', 'file', 'raw', 'blkdebug', 'file'],
  );
  const guest = connectNet(serial);
  const failures = client.listen(['BLOCK_IO_ERROR']);
  guest.write('read 7\r');
  for await (const { data } of failures) {
    assert.deepEqual([data.device, data.action, data.nospace], ['bad', 'stop', true]);
    break;
  }
  guest.destroy();
});

describe('-incoming', () => {
  test('takes what another process sends, which then waits to be ended', async () => {
    const socket = socketPath();
    const there = await attach('-incoming', `unix:${socket}`);
    assert.equal((await there.client.execute('query-status')).status, 'inmigrate');
    const here = await attach();
    const running = there.client.listen(['RESUME']);
    here.program.type(`migrate -d unix:${socket}\n`);
    for await (const _event of running) break;
    assert.equal((await there.client.execute('query-status')).status, 'running');
    assert.equal((await here.client.execute('query-status')).status, 'postmigrate');
    for (const { client, program } of [here, there]) {
      await client.execute('quit');
      assert.equal(await program.exit, 0);
    }
  });

  test('ends with code 1 when the state is none, or cannot come from there', async () => {
    const useless = run('-incoming', 'exec:echo hello');
    assert.equal(await useless.exit, 1);
    assert.equal(
      useless.stderr,
      'qmp-machine: Not a migration stream\nqmp-machine: load of migration failed: Invalid argument\n',
    );
    const nowhere = run('-incoming', 'smoke:signal');
    assert.equal(await nowhere.exit, 1);
    assert.match(nowhere.stderr, /^qmp-machine: -incoming smoke:signal: unknown migration protocol: smoke:signal\n/);
  });
});

test('-help and -version, with one dash or two', async () => {
  for (const option of ['-help', '--help', '-h']) {
    const program = run(option);
    assert.equal(await program.exit, 0);
    assert.match(program.stdout, /^usage: qmp-machine \[options\] \[disk_image\]\n\nStandard options:/);
  }
  const program = run('--version');
  assert.equal(await program.exit, 0);
  assert.match(program.stdout, /^qmp-machine \d/);
});

test('--list-differences tells what QEMU has and this machine has not', async () => {
  const program = run('--list-differences');
  assert.equal(await program.exit, 0);
  assert.match(program.stdout, /^Commands of QEMU 7\.2 that this machine does not have \(\d+\):\n/);
  assert.match(program.stdout, /\n {2}query-sev\n/);
  assert.doesNotMatch(program.stdout, /\n {2}query-status\n/);
  assert.match(program.stdout, /\n {2}VNC_CONNECTED\n/);
});

test('the QEMU that differences are told to is the one that conformance is tested with', () => {
  const here = readFileSync(new URL('../../qemu/introspection-7.2.json', import.meta.url), 'utf8');
  const there = readFileSync(
    new URL('../../../../conformance/qemu-7.2/system.introspection.json', import.meta.url),
    'utf8',
  );
  assert.equal(here, there);
});

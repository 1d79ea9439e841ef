import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startQemu, type TestQemu } from '../support/qemu.js';
import { type Finished, jsonLines, type RunOptions, runTool } from '../support/run-tool.js';

const disk = ['-blockdev', 'null-co,node-name=n0,size=1048576', '-device', 'virtio-blk-pci,drive=n0,id=disk0,bus=rp0'];
const machine = ['-M', 'q35', '-S', '-name', 'umbrella', '-vga', 'std', '-device', 'pcie-root-port,id=rp0', ...disk];
const cdrom = ['-device', 'ide-cd,id=cd0'];

let qemu: TestQemu;
before(async () => {
  qemu = await startQemu([...machine, ...cdrom]);
});
after(() => qemu[Symbol.asyncDispose]());

function qmp(line: string, options: RunOptions = {}): Promise<Finished> {
  return runTool('qmp', line.split(' '), {
    cwd: qemu.folder,
    ...options,
    env: { QMP_SOCKET: qemu.unix, ...options.env },
  });
}

test('qmp exec prints what a command returns, its arguments typed by the schema', async () => {
  assert.deepEqual(jsonLines((await qmp('exec query-name')).out), [{ name: 'umbrella' }]);
  const typed = await qmp('exec object-add qom-type=memory-backend-ram id=7x size=1M');
  assert.match(typed.err, /Parameter 'id' expects an identifier/);
  assert.equal(typed.code, 1);
  const raw = await runTool('qmp', ['exec', qemu.tcp, '{"execute": "query-name"}']);
  assert.deepEqual(jsonLines(raw.out), [{ name: 'umbrella' }]);
});

test('the address comes first, or from --socket, or from QMP_SOCKET; one that is plainly an address wins', async () => {
  const name = [{ name: 'umbrella' }];
  const first = await runTool('qmp', ['exec', qemu.unix, 'query-name']);
  assert.deepEqual(jsonLines(first.out), name);
  const option = await runTool('qmp', ['exec', '-s', qemu.unix, 'query-name']);
  assert.deepEqual(jsonLines(option.out), name);
  const both = await runTool('qmp', ['exec', qemu.tcp, 'query-name'], { env: { QMP_SOCKET: '/nowhere.sock' } });
  assert.deepEqual(jsonLines(both.out), name);
  const inFolder = await runTool('qmp', ['exec', 'qmp.sock', 'query-name'], { cwd: qemu.folder });
  assert.deepEqual(jsonLines(inFolder.out), name);
});

test('mistakes have code 2, refusals 1, and name the nearest right word', async () => {
  const command = await qmp('exec qurey-name');
  assert.equal(command.code, 1);
  assert.match(command.err, /did you mean 'query-name'\?/);
  const argument = await qmp('exec block_resize nodename=a size=1');
  assert.equal(argument.code, 2);
  assert.match(argument.err, /did you mean 'node-name'\?/);
  const subcommand = await qmp('exce query-name');
  assert.equal(subcommand.code, 2);
  assert.match(subcommand.err, /Did you mean exec\?/);
  assert.equal((await runTool('qmp', ['exec'])).code, 2);
  assert.equal((await qmp('exec query-name --bogus')).code, 2);
});

test('qmp wait finds an event by its data, and times out with code 4', async () => {
  const waiting = runTool('qmp', ['wait', qemu.tcp, 'RESET', 'guest=false', '-t', '60']);
  await whileWaiting(waiting, () => qmp('exec system_reset'));
  const { code, out } = await waiting;
  assert.equal(code, 0);
  assert.equal((jsonLines(out)[0] as { event: string }).event, 'RESET');
  const other = runTool('qmp', ['wait', qemu.tcp, 'RESET', 'guest=true', '-t', '0.5']);
  await whileWaiting(other, () => qmp('exec system_reset'));
  assert.equal((await other).code, 4);
  assert.match((await other).err, /RESET did not come in time/);
});

test('qmp events shows those asked for, until the one asked for', async () => {
  const following = runTool('qmp', ['events', qemu.tcp, 'RESUME', '--until', 'STOP', '--json', '-t', '60']);
  await whileWaiting(following, async () => {
    await qmp('exec cont');
    await qmp('exec stop');
  });
  const { code, out } = await following;
  assert.equal(code, 0);
  const events = (jsonLines(out) as { event: string }[]).map((line) => line.event);
  assert.equal(events.at(-1), 'STOP');
  assert.ok(events.slice(0, -1).every((event) => event === 'RESUME'));
});

test('qmp hmp passes its words on, options too', async () => {
  const { out, code } = await qmp('hmp info name');
  assert.deepEqual([out, code], ['umbrella\n', 0]);
});

test('qmp block lists drives, refuses unknown ones and changes media', async () => {
  assert.match((await qmp('block ls')).out, /^cd0 +.*removable$/m);
  const unknown = await qmp('block eject cdd0');
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /did you mean 'cd0'\?/);
  const missing = await qmp('block change cd0 nothing.iso');
  assert.equal(missing.code, 1);
  assert.match(missing.err, /nothing\.iso/);
  assert.equal((await qmp('block eject cd0')).code, 0);
});

test('qmp screenshot saves a PNG, and says why it cannot', async () => {
  assert.equal((await qmp('screenshot screen.png')).code, 0);
  const told = await qmp('screenshot --json screen.png');
  const [picture] = jsonLines(told.out) as { file: string; bytes: number; width: number; height: number }[];
  assert.equal(picture?.file, 'screen.png');
  assert.ok((picture?.width ?? 0) >= 640 && (picture?.height ?? 0) >= 400, told.out);
  assert.equal(readFileSync(join(qemu.folder, 'screen.png')).subarray(1, 4).toString(), 'PNG');
  const nowhere = await qmp('screenshot /nowhere/screen.png');
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /the picture cannot be saved: ENOENT/);
});

test('qmp plug and unplug wait for the guest, and say when it takes too long', async () => {
  const plugged = await qmp('plug virtio-rng-pci id=rng1');
  assert.equal(plugged.code, 1);
  const slow = await qmp('unplug disk0 -t 0.3');
  assert.equal(slow.code, 4);
  assert.match(slow.err, /"disk0" was not unplugged within 300 ms/);
  assert.equal((await qmp('unplug nothing')).code, 1);
});

for (const [long, short] of [
  ['qom ls', 'qom-list'],
  ['qom get', 'qom-get'],
  ['qom tree', 'qom-tree'],
] as const) {
  test(`qmp ${long} and ${short} are the same`, async () => {
    const words =
      long === 'qom get' ? ['/machine.type'] : long === 'qom tree' ? ['/machine/peripheral/disk0', '-n'] : ['/machine'];
    const one = await qmp(`${long} ${words.join(' ')}`);
    const two = await runTool(short, ['-s', qemu.unix, ...words]);
    assert.deepEqual([one.code, one.err], [0, '']);
    assert.equal(one.out, two.out);
    assert.ok(one.out.length > 10);
  });
}

test('qmp qom set keeps a number a string where the property is one', async () => {
  assert.equal((await qmp('qom set /machine.suppress-vmdesc true')).code, 0);
  assert.equal((await qmp('qom get /machine.suppress-vmdesc')).out, 'true\n');
  assert.equal((await qmp('qom set /machine dumpdtb 5')).code, 0);
  assert.equal((await qmp('qom get /machine dumpdtb')).out, '"5"\n');
  const unknown = await qmp('qom set /machine.nothing 5');
  assert.equal(unknown.code, 1);
});

/** Does something again and again until a tool, which takes a moment to connect, has ended. */
async function whileWaiting(tool: Promise<unknown>, act: () => Promise<unknown>): Promise<void> {
  let done = false;
  const ended = tool.finally(() => {
    done = true;
  });
  while (!done) await Promise.race([ended, act()]);
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startQemu, type TestQemu } from '../support/qemu.js';
import { type Finished, jsonLines, runTool } from '../support/run-tool.js';

let folder: string;
let qemu: TestQemu;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qmp-disks-'));
  const disk = join(folder, 'disk.qcow2');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
  const blockdev = `qcow2,node-name=n0,file.driver=file,file.filename=${disk}`;
  qemu = await startQemu([
    '-M',
    'q35',
    '-m',
    '32',
    '-blockdev',
    blockdev,
    '-device',
    'virtio-blk-pci,drive=n0,id=disk0',
  ]);
});
after(async () => {
  await qemu[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function qmp(line: string): Promise<Finished> {
  return runTool('qmp', line.split(' '), { cwd: folder, env: { QMP_SOCKET: qemu.unix } });
}

test('snapshots are saved, listed, loaded and deleted', async () => {
  const saved = await qmp('snapshot save first --json');
  assert.deepEqual([saved.code, saved.err], [0, '']);
  assert.ok(jsonLines(saved.out).some((line) => (line as { status: string }).status === 'concluded'));
  assert.match((await qmp('snapshot list')).out, /^first +disk0/m);
  const typo = await qmp('snapshot load frist');
  assert.equal(typo.code, 2);
  assert.match(typo.err, /did you mean 'first'\?/);
  assert.equal((await qmp('snapshot load first')).code, 0);
  assert.equal((await qmp('snapshot delete first')).code, 0);
  assert.equal((await qmp('snapshot list')).out, '');
});

test('a disk is backed up, and mirrored to a new image that the machine then uses', async () => {
  const saved = await qmp('block backup disk0 backup.qcow2');
  assert.deepEqual([saved.code, saved.err], [0, '']);
  assert.equal(readFileSync(join(folder, 'backup.qcow2')).subarray(0, 3).toString(), 'QFI');
  assert.equal((await qmp('block mirror disk0 mirror.raw --format raw')).code, 0);
  assert.match((await qmp('block ls')).out, /mirror\.raw/);
  assert.equal(statSync(join(folder, 'mirror.raw')).size, 16 * 1024 * 1024);
  const unknown = await qmp('block backup disk1 other.qcow2');
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /did you mean 'disk0'\?/);
  assert.ok(!existsSync(join(folder, 'other.qcow2')));
});

test('jobs are listed and refused by name', async () => {
  assert.deepEqual(await qmp('job ls').then(({ code, out }) => [code, out]), [0, '']);
  const unknown = await qmp('job cancel nothing');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /Job not found/);
});

test('a machine is migrated into a file, and a target that is not there is a failure', async () => {
  const nowhere = await qmp('migrate tcp:127.0.0.1:1');
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.err, /refused/i);
  assert.equal((await qmp('migrate vm.state')).code, 0);
  assert.ok(statSync(join(folder, 'vm.state')).size > 1000);
});

test('qmp schema show lists commands and explains one', async () => {
  assert.match((await qmp('schema show')).out, /^query-status$/m);
  assert.match((await qmp('schema show blockdev-add driver=qcow2')).out, /^ {2}file +.*needed/m);
  const typo = await qmp('schema show blockdev-dd');
  assert.equal(typo.code, 2);
  assert.match(typo.err, /did you mean 'blockdev-add'\?/);
});

test('what qmp record wrote, qmp replay plays to a client that says the same', async () => {
  const log = join(folder, 'session.log');
  const recorded = await runTool('qmp', ['record', qemu.tcp, log], { input: 'query-name\n' });
  assert.equal(recorded.code, 0);
  const fake = join(folder, 'fake.sock');
  let played: Promise<Finished> | undefined;
  const server = await runTool('qmp', ['replay', '--once', log, fake], {
    during: (_out, _child, err) => {
      if (played === undefined && err.includes('listening'))
        played = runTool('qmp-shell', [fake], { input: 'query-name\n' });
    },
  });
  assert.equal(server.code, 0, server.err);
  assert.equal((await played)?.out, recorded.out);
});

test('qmp-shell-wrap starts a QEMU and leaves none behind', async () => {
  const pid = join(folder, 'pid');
  const args = ['--', 'qemu-system-x86_64', '-M', 'none', '-display', 'none', '-pidfile', pid];
  const { code, out } = await runTool('qmp-shell-wrap', args, { input: 'query-status\n' });
  assert.equal(code, 0);
  assert.match(out, /"running": true/);
  assert.ok(!existsSync(pid));
  const missing = await runTool('qmp-shell-wrap', ['--', 'no-such-qemu'], { input: '' });
  assert.equal(missing.code, 3);
  assert.match(missing.err, /no such program/);
});

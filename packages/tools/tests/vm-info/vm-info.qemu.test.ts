import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startQemu } from '../support/qemu.js';
import { runTool } from '../support/run-tool.js';

const uuid = '6a1b2c3d-0000-4000-8000-0123456789ab';
const machine = ['-M', 'q35', '-S', '-m', '96', '-smp', '2', '-name', 'inspected', '-uuid', uuid];
const drive = ['-blockdev', 'null-co,node-name=n0,size=2097152', '-device', 'virtio-blk-pci,drive=n0,id=disk0'];

for (const pretty of [false, true]) {
  test(`vm-info tells version, KVM, status, name, UUID, CPUs, memory and disks, pretty=${pretty ? 'on' : 'off'}`, async () => {
    await using qemu = await startQemu([...machine, ...drive], { pretty });
    for (const address of [qemu.unix, qemu.tcp]) {
      const { code, out, err } = await runTool('vm-info', [address]);
      assert.equal(err, '');
      assert.equal(code, 0);
      for (const line of [
        /^Name +inspected$/m,
        new RegExp(`^UUID +${uuid}$`, 'm'),
        /^Status +prelaunch \(not started yet: cont starts it\)$/m,
        /^Version +\d+\.\d+\.\d+/m,
        /^Machine +pc-q35/m,
        /^KVM +(absent|present, not enabled)/m,
        /^CPUs +2 x \S+$/m,
        /^Memory +96 MiB$/m,
        /^Disks +disk0: .*, 2 MiB/m,
      ])
        assert.match(out, line);
      assert.doesNotMatch(out, /Migration|Jobs|Agent|undefined/);
    }
  });
}

test('vm-info prints the same as JSON', async () => {
  await using qemu = await startQemu([...machine, ...drive]);
  const { code, out } = await runTool('vm-info', ['--json', qemu.unix]);
  assert.equal(code, 0);
  const facts = JSON.parse(out) as Record<string, unknown>;
  assert.equal(facts.name, 'inspected');
  assert.equal(facts.uuid, uuid);
  assert.equal(facts.accelerator, 'tcg');
  assert.equal((facts.cpus as { count: number }).count, 2);
  assert.deepEqual(facts.memory, { base: 96 * 1024 * 1024 });
});

test('a QEMU without a machine has fewer facts, and no errors', async () => {
  await using qemu = await startQemu(['-M', 'none']);
  const { code, out, err } = await runTool('vm-info', [qemu.unix]);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^Status/m);
  assert.doesNotMatch(out, /^(CPUs|Disks|UUID|Network) /m);
});

test('several machines make a table, and one that is gone is told in it', async () => {
  await using one = await startQemu(['-M', 'none', '-name', 'one']);
  await using two = await startQemu(['-M', 'none', '-name', 'two']);
  const { code, out } = await runTool('vm-info', [one.unix, two.tcp, '/nowhere.sock'], { env: { COLUMNS: '200' } });
  assert.equal(code, 3);
  assert.match(out, /^ADDRESS +STATUS +NAME/);
  assert.match(out, / one /);
  assert.match(out, / two /);
  assert.match(out, /\/nowhere\.sock/);
});

test('--watch looks again until Ctrl-C, then leaves in order', async () => {
  await using qemu = await startQemu([...machine, ...drive]);
  let pressed = false;
  const seen = await runTool('vm-info', ['--watch', '--json', '-n', '0.05', qemu.unix], {
    during: (out, child) => {
      if (!pressed && out.split('\n').length > 3) pressed = child.kill('SIGINT');
    },
  });
  assert.equal(seen.code, 0);
  const looks = seen.out.trim().split('\n');
  assert.deepEqual((JSON.parse(looks[1] ?? '') as { rates: unknown }).rates, [
    { device: 'disk0', read: 0, written: 0 },
  ]);
});

test('--watch shows several machines, a line each, and ends with the last of them', async () => {
  await using one = await startQemu(['-M', 'none', '-name', 'one']);
  await using two = await startQemu([...machine, ...drive]);
  const seen = await runTool('vm-info', ['--watch', '-n', '0.05', one.unix, two.unix], {
    env: { COLUMNS: '200' },
    during: (out) => {
      if (/prelaunch +inspected +0 B\/s +▁{2,} +0 B\/s +▁{2,}/.test(out)) one.process.kill('SIGKILL');
      if (/closed|lost|ended|gone/.test(out)) two.process.kill('SIGKILL');
    },
  });
  assert.equal(seen.code, 3);
  assert.match(seen.out, /^ADDRESS +STATUS +NAME +READ +WRITE$/m);
  assert.match(seen.out, / one /);
});

test('an agent belongs to one machine', async () => {
  const { code, err } = await runTool('vm-info', ['--watch', '--agent', '/a.sock', '/b.sock', '/c.sock']);
  assert.equal(code, 2);
  assert.match(err, /--agent belongs to one machine/);
});

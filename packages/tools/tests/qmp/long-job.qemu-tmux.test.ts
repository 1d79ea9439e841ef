import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startQemu, type TestQemu } from '../support/qemu.js';
import { jsonLines, runTool } from '../support/run-tool.js';
import { Terminal } from '../support/tmux.js';

let folder: string;
let qemu: TestQemu;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qmp-slow-'));
  const image = join(folder, 'disk.raw');
  writeFileSync(image, Buffer.alloc(32 * 1024 * 1024, 0x55));
  const disk = `raw,node-name=n0,file.driver=file,file.filename=${image}`;
  qemu = await startQemu(['-M', 'q35', '-S', '-blockdev', disk, '-device', 'virtio-blk-pci,drive=n0,id=disk0']);
});
after(async () => {
  await qemu[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function interrupted(file: string): Promise<Terminal> {
  const terminal = new Terminal('qmp', [
    'block',
    'backup',
    '--speed',
    '1M',
    qemu.unix,
    'disk0',
    join(qemu.folder, file),
  ]);
  try {
    await terminal.see(/backing up disk0 \[[=-]+\] +\d+ %/);
    terminal.press('C-c');
    await terminal.see(/\(l\)eave it running or \(c\)ancel it\?/);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

test('Ctrl-C during a job asks, and can cancel it', async () => {
  await using terminal = await interrupted('cancelled.qcow2');
  terminal.type('c');
  terminal.press('Enter');
  assert.match(await terminal.see(/^exit 1$/m), /cancelled/);
  assert.deepEqual(jsonLines((await runTool('qmp', ['job', 'ls', '--json', qemu.tcp])).out), []);
});

test('Ctrl-C during a job asks, and can leave it running', async () => {
  await using terminal = await interrupted('left.qcow2');
  terminal.type('l');
  terminal.press('Enter');
  await terminal.see(/^exit 130$/m);
  const [job] = jsonLines((await runTool('qmp', ['job', 'ls', '--json', qemu.tcp])).out) as {
    id: string;
    status: string;
  }[];
  assert.equal(job?.status, 'running');
  assert.equal((await runTool('qmp', ['job', 'cancel', qemu.tcp, job?.id ?? ''])).code, 0);
});

test('without a terminal Ctrl-C leaves the job running, and says so', async () => {
  const args = ['block', 'backup', '--speed', '1M', '--json', qemu.unix, 'disk0', join(qemu.folder, 'piped.qcow2')];
  let pressed = false;
  const finished = await runTool('qmp', args, {
    input: '',
    during: (out, child) => {
      if (pressed || !out.includes('"running"')) return;
      pressed = child.kill('SIGINT');
    },
  });
  assert.equal(finished.code, 130);
  assert.match(finished.err, /goes on in the machine/);
});

test('on a narrow terminal the percentage comes first', async () => {
  const disk = [
    '-blockdev',
    'null-co,node-name=n0,size=67108864,read-zeroes=on',
    '-device',
    'virtio-blk-pci,drive=n0,id=disk0',
  ];
  await using other = await startQemu(['-M', 'q35', '-S', ...disk]);
  const args = ['block', 'backup', '--speed', '16M', other.unix, 'disk0', join(other.folder, 'narrow.qcow2')];
  await using terminal = new Terminal('qmp', args, { columns: 20 });
  await terminal.see(/^\d+ % backing up/m);
  await terminal.see(/^exit 0$/m);
});

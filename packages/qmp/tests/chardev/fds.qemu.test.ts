import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openChardev } from 'qmp/chardev';
import { Probe } from './contract.js';

test('QEMU opens a disk that it only got as a descriptor', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-fds-'));
  const path = join(folder, 'q');
  const disk = join(folder, 'disk.qcow2');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '5M']);
  const fd = openSync(disk, 'r+');
  unlinkSync(disk);
  const args = ['-M', 'none', '-display', 'none', '-nodefaults', '-qmp', `unix:${path},server=on,wait=off`];
  const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = new Promise((resolve) => qemu.once('exit', resolve));
  try {
    let chardev: Awaited<ReturnType<typeof openChardev>> | undefined;
    while (chardev === undefined) chardev = await openChardev(path).catch(() => undefined);
    const probe = new Probe(chardev);
    const ask = async (send: () => void) => {
      probe.text = '';
      send();
      await probe.until(() => probe.text.endsWith('\r\n') && /"(return|error)"/.test(probe.text));
      return probe.text.trim().split('\r\n').at(-1) ?? '';
    };
    const plain = (message: object) => ask(() => chardev.write(JSON.stringify(message)));
    await probe.until(() => probe.text.endsWith('\r\n'));
    await plain({ execute: 'qmp_capabilities' });
    const added = await ask(() => {
      chardev.writeWithFds?.('{"execute":"add-fd","arguments":{"fdset-id":7}}', [fd]);
    });
    assert.match(added, /"fdset-id": 7/);
    closeSync(fd);
    const opened = await plain({
      execute: 'blockdev-add',
      arguments: { 'node-name': 'd', driver: 'qcow2', file: { driver: 'file', filename: '/dev/fdset/7' } },
    });
    assert.match(opened, /"return": \{\}/);
    const nodes = await plain({ execute: 'query-named-block-nodes', arguments: { flat: true } });
    assert.match(nodes, /"virtual-size": 5242880/);
    await chardev.close();
  } finally {
    qemu.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  }
});

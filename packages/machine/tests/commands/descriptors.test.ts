import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { connect } from 'qmp';
import { Descriptors } from '#src/descriptors/descriptors.js';
import { Bench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-descriptors-'));
after(() => rmSync(folder, { recursive: true }));

describe('open files that clients passed', () => {
  test('are kept by name, one for each; what is not kept is closed', () => {
    const closed: number[] = [];
    const files = new Descriptors((fd) => closed.push(fd));
    files.keep('a', [10, 11]);
    files.keep('a', [12]);
    assert.deepEqual(closed, [11, 10]);
    assert.throws(() => files.keep('7', [13]), {
      message: "Parameter 'fdname' expects a name not starting with a digit",
    });
    assert.throws(() => files.keep('b', []), { message: 'No file descriptor supplied via SCM_RIGHTS' });
    assert.throws(() => files.keep('b', undefined), {
      message: /^No file descriptor .*this connection cannot carry one$/,
    });
    files.closeNamed('a');
    assert.throws(() => files.closeNamed('a'), { message: "File descriptor named 'a' not found" });
    assert.deepEqual(closed, [11, 10, 13, 12]);
  });

  test('are kept in sets, whose names stand for a file in arguments', () => {
    const closed: number[] = [];
    const files = new Descriptors((fd) => closed.push(fd));
    assert.deepEqual(files.add(undefined, undefined, [20]), { 'fdset-id': 0, fd: 20 });
    assert.deepEqual(files.add(undefined, 'note', [21]), { 'fdset-id': 1, fd: 21 });
    files.add(1, undefined, [22]);
    assert.throws(() => files.add(-1, undefined, [23]), {
      message: "Parameter 'fdset-id' expects a non-negative value",
    });
    assert.deepEqual(files.list(), [
      { 'fdset-id': 1, fds: [{ fd: 21, opaque: 'note' }, { fd: 22 }] },
      { 'fdset-id': 0, fds: [{ fd: 20 }] },
    ]);
    const args = { a: '/dev/fdset/1', b: ['file:/dev/fdset/0', 5, null], c: '/dev/fdset/9', d: 'x/dev/fdset/1' };
    assert.deepEqual(files.resolve(args), {
      ...args,
      a: '/proc/self/fd/21',
      b: ['file:/proc/self/fd/20', 5, null],
    });
    files.remove(1, 22);
    assert.throws(() => files.remove(1, 22), { message: "File descriptor named 'fdset-id:1, fd:22' not found" });
    files.remove(1, undefined);
    assert.throws(() => files.remove(1, undefined), { message: "File descriptor named 'fdset-id:1' not found" });
    files.close();
    assert.deepEqual(closed, [23, 22, 21, 20]);
  });

  test('are written to by commands that take a file', { skip: process.platform !== 'linux' }, async () => {
    const bench = await Bench.start();
    const socket = join(folder, 'monitor');
    await bench.client.execute('chardev-add', {
      id: 'second',
      backend: { type: 'socket', data: { addr: { type: 'unix', data: { path: socket } }, server: true, wait: false } },
    });
    await bench.client.execute('object-add', { 'qom-type': 'monitor-qmp', id: 'mon1', chardev: 'second' });
    const client = await connect(socket);
    const path = join(folder, 'memory');
    writeFileSync(path, '');
    const fd = openSync(path, 'r+');
    const { 'fdset-id': set } = await client.execute('add-fd', { opaque: 'memory' }, { fds: [fd] });
    closeSync(fd);
    await client.execute('pmemsave', { val: 0, size: 512, filename: `/dev/fdset/${set}` });
    assert.equal(readFileSync(path).length, 512);
    await client.execute('remove-fd', { 'fdset-id': set });
    await client.close();
    await bench.stop();
  });
});

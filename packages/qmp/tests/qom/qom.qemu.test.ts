import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qomGet, qomList, qomSet, qomTree, splitQomPath } from 'qmp/qom';
import { withQemu } from '../client/qemu.js';

test('the object tree is listed, read, set and walked', async () => {
  await withQemu(['-M', 'none', '-object', 'iothread,id=io0'], async (vm) => {
    const top = await qomList(vm, '/');
    assert.deepEqual(
      top
        .filter(({ kind }) => kind === 'child')
        .map(({ path }) => path)
        .includes('/objects'),
      true,
    );
    assert.equal(await qomGet(vm, '/objects/io0/type'), 'iothread');
    await qomSet(vm, '/objects/io0/poll-max-ns', 5000);
    assert.equal(await qomGet(vm, '/objects/io0/poll-max-ns'), 5000);
    const paths: string[] = [];
    for await (const { path } of qomTree(vm)) paths.push(path);
    assert.ok(paths.includes('/objects/io0/poll-max-ns'));
    assert.ok(paths.indexOf('/objects') < paths.indexOf('/objects/io0'));
    for await (const { depth } of qomTree(vm, '/', 0)) assert.equal(depth, 0);
    await assert.rejects(qomList(vm, '/nowhere'), /"qom-list" failed: /);
  });
});

test('a path that names no property is refused', () => {
  assert.deepEqual(splitQomPath('/a/b/c'), { object: '/a/b', property: 'c' });
  assert.deepEqual(splitQomPath('/type'), { object: '/', property: 'type' });
  for (const path of ['', 'a/b', '/a/', '/']) assert.throws(() => splitQomPath(path), /not the path of a property/);
});

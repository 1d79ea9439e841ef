import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CommandLineError, splitArguments } from '#src/cli/arguments.js';
import { readConfig } from '#src/cli/config.js';
import type { Config } from '#src/cli/config-types.js';
import { optionList } from '#src/cli/json-option.js';
import { expandConfigFiles } from '#src/cli/read-config.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-config-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, 'machine.cfg');
  writeFileSync(path, text);
  return path;
}

const read = (...words: readonly string[]): Config => readConfig(expandConfigFiles(splitArguments(words)));

function problem(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CommandLineError) return `${error.message}\n${error.hint ?? ''}`.trim();
    throw error;
  }
  return 'nothing was wrong';
}

describe('-readconfig', () => {
  test('groups of a file are options', () => {
    const config = read(
      '-readconfig',
      fileWith(`# a machine
[machine]
  type = "pc"
[memory]
  size = "64"

[chardev "c0"]
  backend = "socket"
  path = "/tmp/a, b.sock"
  server = "on"
  wait = "off"
[mon]
  chardev = "c0"
  mode = "control"
[object "key"]
  qom-type = "secret"
  data = "hush"
`),
    );
    assert.equal(config.memory, 64 << 20);
    assert.equal(config.chardevs[0]?.id, 'c0');
    assert.deepEqual(config.chardevs[0]?.spec.backend === 'socket' && config.chardevs[0].spec.address, {
      type: 'unix',
      path: '/tmp/a, b.sock',
    });
    assert.deepEqual(config.monitors[0], {
      chardev: 'c0',
      mode: 'control',
      pretty: false,
      option: `${join(folder, 'machine.cfg')}: [mon]`,
    });
    assert.deepEqual(config.objects, [{ 'qom-type': 'secret', id: 'key', format: 'raw', data: 'hush' }]);
  });

  test('what is wrong in a file is told with its line', () => {
    const where = join(folder, 'machine.cfg');
    const from = (text: string) => problem(() => read('-readconfig', fileWith(text))).split('\n')[0];
    assert.equal(from('\n[colour]\n'), `${where}:2: There is no option group 'colour'`);
    assert.equal(from('size = "3"\n'), `${where}:1: no group defined`);
    assert.equal(from('[memory]\nsize = 3\n'), `${where}:2: parse error`);
    assert.equal(from('[mon]\nmode = "control"\n'), `${where}: [mon]: Parameter 'chardev' is missing`);
  });
});

describe('JSON forms', () => {
  test('-chardev, -device, -netdev and -object take them', () => {
    const config = read(
      ...['-chardev', '{"backend": "ringbuf", "id": "r", "size": 4096}'],
      ...['-netdev', '{"type": "user", "id": "n0"}'],
      ...['-device', '{"driver": "virtio-net-pci", "netdev": "n0", "mac": "52:54:00:00:00:07"}'],
      ...['-object', '{"qom-type": "monitor-qmp", "id": "m", "chardev": "r", "pretty": true}'],
    );
    assert.deepEqual(config.chardevs[0]?.spec, { backend: 'ringbuf', size: 4096 });
    assert.equal(config.nic?.mac, '52:54:00:00:00:07');
    assert.deepEqual(config.objects, [{ 'qom-type': 'monitor-qmp', id: 'm', chardev: 'r', pretty: true }]);
  });

  test('members of members have dotted names, and commas stay in their values', () => {
    assert.equal(optionList('{"a": {"b": "x,y", "c": true}, "d": 3}'), 'a.b=x,,y,a.c=on,d=3');
    assert.equal(optionList('plain,list=on'), 'plain,list=on');
    assert.match(
      problem(() => optionList('{"a":')),
      /^JSON parse error, /,
    );
    assert.equal(
      problem(() => optionList('{"a": null}')),
      "Parameter 'a' expects a string, a number or a boolean",
    );
  });
});

describe('refusals name what would be right', () => {
  for (const [words, hint] of [
    [['-qpm', 'stdio'], 'Did you mean -qmp?'],
    [['-object', 'secrt,id=a'], 'Did you mean secret?'],
    [['-chardev', 'sokcet,id=a'], "Did you mean 'socket'?"],
    [['-chardev', 'null,id=a', '-mon', 'chardev=a', '-serial', 'chardev:a'], 'Add mux=on to the chardev to share it.'],
    [['-accel', 'kvm'], 'There is only -accel tcg.'],
  ] as const)
    test(words.join(' '), () =>
      assert.equal(
        problem(() => read(...words))
          .split('\n')
          .at(-1),
        hint,
      ),
    );
});

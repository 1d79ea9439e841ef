import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandHelp, nearestCommand } from '#src/schema/help.js';
import { editDistance, nearest } from '#src/schema/nearest.js';
import { ServerSchema } from '#src/schema/server-schema.js';
import { e1000Properties, fixtureReply, fixtureSchema } from '../support/fixture-schema.js';

test('help lists the arguments with their types', () => {
  assert.deepEqual(commandHelp(fixtureSchema, 'human-monitor-command'), {
    name: 'human-monitor-command',
    notes: [],
    rows: [
      { name: 'command-line', type: 'str', needed: true, notes: '' },
      { name: 'cpu-index', type: 'int', needed: false, notes: '' },
    ],
    returns: 'str',
  });
  assert.equal(commandHelp(fixtureSchema, 'nothing'), undefined);
});

test('help says what a branch needs once its tag is typed', () => {
  const open = commandHelp(fixtureSchema, 'blockdev-add');
  assert.deepEqual(open?.notes, ['more arguments depend on driver: file, qcow2, null-co']);
  const chosen = commandHelp(fixtureSchema, 'blockdev-add', (name) => (name === 'driver' ? 'qcow2' : undefined));
  assert.deepEqual(chosen?.rows.at(-1), { name: 'file', type: '{...} or str', needed: true, notes: '' });
});

test('help shows what is deprecated and what may go out-of-band', () => {
  assert.deepEqual(commandHelp(fixtureSchema, 'set-all')?.notes, ['deprecated']);
  assert.deepEqual(commandHelp(fixtureSchema, 'yank')?.notes, ['may be sent out-of-band: oob ...']);
  assert.equal(commandHelp(fixtureSchema, 'query-status')?.returns, '{running}');
  assert.equal(commandHelp(fixtureSchema, 'quit')?.returns, 'nothing');
});

test('the nearest name is found for slips of the finger', () => {
  assert.equal(nearestCommand(fixtureSchema, 'devce_del'), 'device_del');
  assert.equal(nearest('STATUS', ['query-status', 'quit']), 'query-status');
  assert.equal(nearest('zzz', ['query-status', 'quit']), undefined);
  assert.equal(editDistance('ab', 'ba'), 1);
});

test('the help of a command that creates a device shows the properties of the device', () => {
  const without = commandHelp(fixtureSchema, 'device_add');
  assert.deepEqual(without?.notes, ['takes the properties of its driver as further arguments']);
  const schema = new ServerSchema(fixtureReply);
  schema.learnDevice('e1000', e1000Properties);
  const help = commandHelp(schema, 'device_add', () => 'e1000');
  assert.deepEqual(help?.notes, []);
  assert.deepEqual(
    help?.rows.find((row) => row.name === 'addr'),
    { name: 'addr', type: 'int32', needed: false, notes: 'Slot and function, by default -1' },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, type BlockdevOptions, type Commands, type Events, RunState } from 'qmp/api';
import type { Commands as Commands7_2 } from 'qmp/api/v7_2';

// What the compiler has to refuse stands under an expected error; a line that it accepts by mistake fails the build.

type Arguments<C extends keyof Commands> = Commands[C]['arguments'];

test('arguments are checked by name, type and presence', () => {
  const good: Arguments<'set_link'> = { name: 'net0', up: true };
  // @ts-expect-error: `up` is missing
  const missing: Arguments<'set_link'> = { name: 'net0' };
  // @ts-expect-error: `up` is a boolean
  const mistyped: Arguments<'set_link'> = { name: 'net0', up: 'yes' };
  // @ts-expect-error: there is no `down`
  const unknown: Arguments<'set_link'> = { name: 'net0', up: true, down: false };
  // @ts-expect-error: the command takes nothing
  const surplus: Arguments<'stop'> = { now: true };
  assert.equal([good, missing, mistyped, unknown, surplus].length, 5);
});

test('a union takes the members of the branch that its tag chooses', () => {
  const file: BlockdevOptions = { driver: 'file', filename: '/x', 'node-name': 'n' };
  const nested: BlockdevOptions = { driver: 'raw', file: { driver: 'null-co' }, offset: 2n ** 60n };
  // @ts-expect-error: a file needs its name
  const nameless: BlockdevOptions = { driver: 'file' };
  // @ts-expect-error: no such driver
  const strange: BlockdevOptions = { driver: 'paper', filename: '/x' };
  assert.equal([file, nested, nameless, strange].length, 4);
});

test('a union is narrowed by its tag', () => {
  const nameOf = (options: BlockdevOptions) => {
    // @ts-expect-error: not every driver has a file name
    options.filename;
    return options.driver === 'file' ? options.filename : undefined;
  };
  assert.equal(nameOf({ driver: 'file', filename: '/x' }), '/x');
});

test('an alternate is told apart by its JSON kind', () => {
  const named: Arguments<'blockdev-add'> = { driver: 'raw', file: 'node0' };
  const inline: Arguments<'blockdev-add'> = { driver: 'raw', file: { driver: 'null-co' } };
  // @ts-expect-error: neither a node's name nor its options
  const neither: Arguments<'blockdev-add'> = { driver: 'raw', file: 7 };
  assert.equal([named, inline, neither].length, 3);
});

test('64-bit integers are numbers or bigints, narrow ones are numbers', () => {
  const size: Arguments<'block_resize'> = { 'node-name': 'n', size: 2n ** 62n };
  const start: Arguments<'nbd-server-start'> = { addr: { type: 'unix', data: { path: '/s' } }, 'max-connections': 5 };
  // @ts-expect-error: 32 bits need no bigint
  const wide: Arguments<'nbd-server-start'> = { addr: { type: 'unix', data: { path: '/s' } }, 'max-connections': 5n };
  assert.equal([size, start, wide].length, 3);
});

test('commands know whether they can go out-of-band', () => {
  type Oob = { [C in keyof Commands]: Commands[C] extends { oob: true } ? C : never }[keyof Commands];
  const names: Oob[] = ['migrate-pause', 'migrate-recover', 'query-yank', 'yank'];
  // @ts-expect-error: stop cannot
  names.push('stop');
  assert.equal(names.length, 5);
});

test('versions differ where QEMU differs', () => {
  const old: Commands7_2['query-status']['return'] = { running: true, singlestep: false, status: 'running' };
  // @ts-expect-error: singlestep is gone
  const young: Commands['query-status']['return'] = { running: true, singlestep: false, status: 'running' };
  assert.deepEqual(old, young);
});

test('events carry their data, or nothing', () => {
  const shutdown: Events['SHUTDOWN'] = { guest: true, reason: 'guest-shutdown' };
  const stop: Events['STOP'] = undefined;
  // @ts-expect-error: no such reason
  const odd: Events['SHUTDOWN'] = { guest: true, reason: 'boredom' };
  const api: keyof Api = 'events';
  assert.deepEqual([shutdown.guest, stop, odd.guest, api], [true, undefined, true, 'events']);
});

test('the values of an enum are there at run time', () => {
  assert.ok(RunState.includes('running'));
});

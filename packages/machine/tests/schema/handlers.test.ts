import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commandsOf,
  type Handler,
  type Handlers,
  type MachineCommand,
  type SomeHandlers,
} from '#src/schema/handlers.js';

// What the compiler has to refuse stands under an expected error; a line that it accepts by mistake fails the build.

const good: Handler<'query-status'> = () => ({ running: true, singlestep: false, status: 'running' });
const nothing: Handler<'stop'> = () => {};
const later: Handler<'query-name'> = async () => ({ name: 'lab' });
// @ts-expect-error: `status` is missing
const incomplete: Handler<'query-status'> = () => ({ running: true, singlestep: false });
// @ts-expect-error: no such run state
const wrong: Handler<'query-status'> = () => ({ running: true, singlestep: false, status: 'tired' });
// @ts-expect-error: the argument is `filename`
const misread: Handler<'screendump'> = ({ path }) => void path;
// @ts-expect-error: most handlers are missing
const few: Handlers = { stop: nothing };
const part: SomeHandlers<'stop' | 'query-status'> = { stop: nothing, 'query-status': good };

test('wrong handlers do not compile, right ones do', () => {
  assert.equal([good, nothing, later, incomplete, wrong, misread, few, part].length, 8);
});

const handlers = new Proxy(
  {},
  { get: () => () => ({}), ownKeys: () => NAMES, getOwnPropertyDescriptor: () => DESCRIPTOR },
);
const NAMES: MachineCommand[] = ['query-status', 'screendump', 'query-name'];
const DESCRIPTOR = { enumerable: true, configurable: true };

test('commands get their flags and argument checks from the schema', () => {
  const commands = commandsOf(handlers as Handlers);
  const named = (name: string) => commands.find((command) => command.name === name);
  assert.equal(named('query-status')?.allowPreconfig, true);
  assert.equal(named('screendump')?.allowPreconfig, false);
  assert.equal(named('screendump')?.validate?.({ format: 'gif' }), "Parameter 'filename' is missing");
  assert.equal(
    named('screendump')?.validate?.({ filename: 'x', format: 'gif' }),
    "Parameter 'format' does not accept value 'gif'",
  );
});

test('the schema is answered, printed once', async () => {
  const command = commandsOf(handlers as Handlers).find(({ name }) => name === 'query-qmp-schema');
  const first = command?.handler({}, {} as never);
  assert.equal(first, command?.handler({}, {} as never));
  assert.match(JSON.stringify(await first), /query-status/);
});

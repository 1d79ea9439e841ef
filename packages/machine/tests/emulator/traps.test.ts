import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V86Cpu } from '#src/emulator/internals.js';
import { guardAgainstTraps } from '#src/emulator/power.js';
import { Machine } from '#src/machine/machine.js';
import { loadFirmware, startNodeThread, wasmPath } from '#src/machine/node-thread.js';
import type { ThreadListener } from '#src/machine/thread.js';
import { Guest } from '../machine/guest.js';

/** What is used of the global, whose types come with the DOM's. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: { readonly f?: unknown } };
};

/** A module whose only function, `f`, runs the given instructions and returns a number. */
function wasmFunction(...code: readonly number[]): () => number {
  const body = [0, ...code, 0x0b];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...[1, 5, 1, 0x60, 0, 1, 0x7f], // a type: () -> i32
    ...[3, 2, 1, 0], // a function of it
    ...[7, 5, 1, 1, 0x66, 0, 0], // exported as "f"
    ...[10, body.length + 2, 1, body.length, ...body],
  ];
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
  assert.ok(typeof f === 'function');
  return () => Number(f());
}

function guarded(turn: () => number) {
  const heard: string[] = [];
  const cpu = { main_loop: turn } as V86Cpu;
  guardAgainstTraps(cpu, {
    tripleFault: () => heard.push('triple fault'),
    failure: (message) => heard.push(message),
  });
  return { result: cpu.main_loop(), heard };
}

test('of what WebAssembly throws, unreachable is a triple fault and everything else a failure', () => {
  const [unreachable, divideByZero, seven] = [[0x00], [0x41, 1, 0x41, 0, 0x6d], [0x41, 7]] as const;
  assert.deepEqual(guarded(wasmFunction(...unreachable)), { result: 0, heard: ['triple fault'] });
  assert.deepEqual(guarded(wasmFunction(...divideByZero)), { result: 0, heard: ['divide by zero'] });
  assert.deepEqual(guarded(wasmFunction(...seven)), { result: 7, heard: [] });
});

test('a failure of the emulator is an internal error with a STOP event, and a reset leads out of it', async () => {
  let tell: ThreadListener | undefined;
  const machine = await Machine.create({
    emulator: {
      wasmPath: wasmPath(),
      firmware: loadFirmware(),
      memory: 16 << 20,
      serialPorts: 1,
      media: {},
      bootSource: 'built-in',
      bootOrder: [],
    },
    startThread: (listener) => {
      tell = listener;
      return startNodeThread(listener);
    },
  });
  try {
    const guest = new Guest(machine);
    await machine.resume();
    await guest.says('> ');
    tell?.event({ type: 'failure', message: 'divide by zero' });
    await guest.event('STOP');
    assert.equal(machine.state, 'internal-error');
    await machine.reset();
    assert.notEqual(machine.state, 'internal-error');
    guest.output = '';
    await machine.resume();
    await guest.says('embedded PC');
  } finally {
    await machine.destroy();
  }
});

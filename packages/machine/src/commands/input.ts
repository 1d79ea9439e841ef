import { setTimeout as sleep } from 'node:timers/promises';
import { commandError } from 'qmp/monitor';
import type { MouseInfo } from '../api/index.js';
import type { Machine } from '../machine/machine.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';
import { keyNumber, scancodesOf } from './keys.js';
import { writePicture } from './screendump.js';

type Names = 'send-key' | 'input-send-event' | 'screendump' | 'query-mice' | 'query-display-options';

/** How long `send-key` holds the keys when it is not told. */
const HOLD_TIME = 100;

/** Presses the keys in order, and releases them in the opposite order after `holdTime` milliseconds. */
export async function pressKeys(machine: Machine, keys: readonly number[], holdTime = HOLD_TIME): Promise<void> {
  await machine.scancodes(keys.flatMap((key) => scancodesOf(key, true)));
  releaseLater(machine, keys, holdTime);
}

/** The command is answered while the keys are still down, as in QEMU. */
function releaseLater(machine: Machine, keys: readonly number[], holdTime: number): void {
  const release = async () => {
    await sleep(holdTime, undefined, { ref: false });
    if (!machine.over) await machine.scancodes([...keys].reverse().flatMap((key) => scancodesOf(key, false)));
  };
  release().catch(() => {});
}

/** Screen and keyboard. */
export function inputCommands({ machine, input }: Host): SomeHandlers<Names> {
  return {
    'input-send-event': ({ device, events }) => {
      if (device !== undefined) throw commandError(`Device '${device}' not found`, 'DeviceNotFound');
      if (!machine.running && machine.state !== 'suspended') throw commandError('VM not running');
      return input.send(events);
    },
    'send-key': ({ keys, 'hold-time': holdTime = 0 }) => {
      const numbers = keys.map((key) => (key.type === 'number' ? Number(key.data) & 0xff : (keyNumber(key.data) ?? 0)));
      return pressKeys(machine, numbers, holdTime > 0 ? Number(holdTime) : HOLD_TIME);
    },
    'query-mice': () => listMice(machine),
    'query-display-options': () => ({ type: 'none' }),
    screendump: async ({ filename, device, head, format = 'ppm' }) => {
      if (head !== undefined && device === undefined)
        throw commandError("'head' must be specified together with 'device'");
      if (device !== undefined) throw commandError(`Device '${device}' not found`, 'DeviceNotFound');
      await writePicture(filename, await machine.captureScreen(), format);
    },
  };
}

/** The mouse on the keyboard's controller, and the pointer that a guest with VMware's driver takes instead of it. */
export async function listMice(machine: Machine): Promise<MouseInfo[]> {
  const absolute = await machine.emulator.absolutePointer();
  return [
    { name: 'vmmouse', index: 1, current: absolute, absolute: true },
    { name: 'PS/2 Mouse', index: 0, current: !absolute, absolute: false },
  ];
}

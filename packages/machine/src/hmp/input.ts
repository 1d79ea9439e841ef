import type { InputButton, InputEvent } from '../api/index.js';
import { pressKeys } from '../commands/input.js';
import { isKeyName, keyNumber } from '../commands/keys.js';
import { type PictureFormat, writePicture } from '../commands/screendump.js';
import type { HmpCommand } from './command.js';

/** Screen and keyboard. */
export const inputHumanCommands: readonly HmpCommand[] = [
  {
    names: ['sendkey'],
    usage: 'keys [hold_ms]',
    help: "send keys to the VM (e.g. 'sendkey ctrl-alt-f1', default hold time=100 ms)",
    parameters: [
      { name: 'keys', type: 'string' },
      { name: 'hold-time', type: 'integer32', optional: true },
    ],
    run: async ({ keys = '', 'hold-time': holdTime }, { machine }) => {
      const names = keys.split('-');
      for (const name of names) if (numberOf(name) === undefined) return `invalid parameter: ${name}\n`;
      const numbers = names.map((name) => numberOf(name) ?? 0);
      const time = holdTime === undefined ? undefined : Number(holdTime);
      await pressKeys(machine, numbers, time);
      return '';
    },
  },
  {
    names: ['mouse_move'],
    usage: 'dx dy [dz]',
    help: 'send mouse move events',
    parameters: [
      { name: 'dx', type: 'string' },
      { name: 'dy', type: 'string' },
      { name: 'dz', type: 'string', optional: true },
    ],
    run: async ({ dx = '', dy = '', dz = '0' }, { input }) => {
      const wheel = Number.parseInt(dz, 10) || 0;
      const turn = wheel > 0 ? 'wheel-up' : 'wheel-down';
      if (wheel !== 0) await input.send([...button(turn, true), ...button(turn, false)]);
      const move = (axis: 'x' | 'y', text: string): InputEvent => ({
        type: 'rel',
        data: { axis, value: Number.parseInt(text, 10) || 0 },
      });
      await input.send([move('x', dx), move('y', dy)]);
    },
  },
  {
    names: ['mouse_button'],
    usage: 'state',
    help: 'change mouse button state (1=L, 2=R, 4=M)',
    parameters: [{ name: 'state', type: 'integer32' }],
    run: async ({ state = '0' }, { input }) => {
      const names = ['left', 'right', 'middle'] as const;
      await input.send(names.flatMap((name, bit) => button(name, (Number(state) & (1 << bit)) !== 0)));
    },
  },
  {
    names: ['screendump'],
    usage: 'filename [-f format]',
    help: 'save screen in PPM or PNG format to the named file',
    parameters: [
      { name: 'filename', type: 'filename' },
      { name: 'f', type: 'flag', optional: true },
      { name: 'format', type: 'string', optional: true },
    ],
    run: async ({ filename = '', format = 'ppm' }, { machine }) => {
      if (!isPictureFormat(format)) return `Error: invalid parameter value: ${format}\n`;
      await writePicture(filename, await machine.captureScreen(), format);
      return '';
    },
  },
];

function button(name: InputButton, down: boolean): InputEvent[] {
  return [{ type: 'btn', data: { button: name, down } }];
}

function numberOf(name: string): number | undefined {
  if (/^0x[0-9a-f]{1,2}$/i.test(name)) return Number(name);
  return isKeyName(name) ? keyNumber(name) : undefined;
}

function isPictureFormat(format: string): format is PictureFormat {
  return format === 'ppm' || format === 'png';
}

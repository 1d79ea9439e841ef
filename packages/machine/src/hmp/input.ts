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
      { name: 'hold-time', type: 'integer', optional: true },
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

function numberOf(name: string): number | undefined {
  if (/^0x[0-9a-f]{1,2}$/i.test(name)) return Number(name);
  return isKeyName(name) ? keyNumber(name) : undefined;
}

function isPictureFormat(format: string): format is PictureFormat {
  return format === 'ppm' || format === 'png';
}

import type { CommandLineParameterType } from '../api/index.js';
import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';

/**
 * The options of the command line that take parameters, with the names QEMU has for these groups. A name ends in its
 * type: `?` is on or off, `#` a number, `~` a size; text otherwise.
 */
const GROUPS: Readonly<Record<string, string>> = {
  drive: 'file if index# media format readonly? read-only? snapshot? id cache',
  chardev: '',
  netdev: '',
  device: '',
  mon: 'pretty? chardev mode',
  memory: 'size~',
  'smp-opts': 'maxcpus# threads# cores# clusters# dies# sockets# cpus#',
  machine: '',
  name: 'guest process debug-threads?',
  'boot-opts': 'order once',
  action: 'reboot shutdown panic watchdog',
};

const TYPES: Readonly<Record<string, CommandLineParameterType>> = { '?': 'boolean', '#': 'number', '~': 'size' };

/** What the command line takes. */
export function commandLineCommands(): SomeHandlers<'query-command-line-options'> {
  return {
    'query-command-line-options': ({ option }) => {
      const names = Object.keys(GROUPS).filter((name) => option === undefined || name === option);
      if (names.length === 0) throw new MachineError(`invalid option name: ${option}`);
      return names.map((name) => ({ option: name, parameters: parametersOf(GROUPS[name] ?? '') }));
    },
  };
}

function parametersOf(words: string) {
  return words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ name: word.replace(/[?#~]$/, ''), type: TYPES[word.slice(-1)] ?? ('string' as const) }));
}

import { readFileSync } from 'node:fs';
import { escapeOptionValue } from 'qmp/chardev';
import { fileProblem } from '../commands/files.js';
import { CommandLineError, type GivenOption } from './arguments.js';

/** The option that each group of a file stands for. */
const GROUPS: Readonly<Record<string, string>> = {
  drive: 'drive',
  chardev: 'chardev',
  netdev: 'netdev',
  device: 'device',
  mon: 'mon',
  memory: 'm',
  'smp-opts': 'smp',
  machine: 'machine',
  name: 'name',
  'boot-opts': 'boot',
  action: 'action',
  object: 'object',
};

/**
 * Replaces each `-readconfig FILE` by the options that its groups stand for: `[chardev "c0"]` and the lines `key = "value"`
 * below it are `-chardev id=c0,key=value`.
 *
 * @throws {CommandLineError} when a file cannot be read, with its line.
 */
export function expandConfigFiles(options: readonly GivenOption[]): GivenOption[] {
  return options.flatMap((option) => {
    if (option.name !== 'readconfig') return [option];
    try {
      return parseConfigFile(readFileSync(option.value, 'utf8'), option.value);
    } catch (error) {
      if (error instanceof CommandLineError) throw error;
      throw new CommandLineError(`${option.text}: Could not open '${option.value}': ${fileProblem(error)}`);
    }
  });
}

interface Group {
  readonly name: string;
  readonly pairs: [key: string, value: string][];
}

/** Reads the text of a file; `file` is for messages. */
export function parseConfigFile(text: string, file: string): GivenOption[] {
  const groups: Group[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const failed = (what: string, hint?: string) => new CommandLineError(`${file}:${index + 1}: ${what}`, hint);
    if (line === '' || line.startsWith('#')) continue;
    const head = /^\[\s*([\w-]+)\s*(?:"([^"]*)"\s*)?\]$/.exec(line);
    const pair = /^([\w.-]+)\s*=\s*"([^"]*)"$/.exec(line);
    if (head !== null) {
      const [, name = '', id] = head;
      if (GROUPS[name] === undefined)
        throw failed(`There is no option group '${name}'`, `Groups are ${Object.keys(GROUPS).join(', ')}.`);
      groups.push({ name, pairs: id === undefined ? [] : [['id', id]] });
    } else if (pair !== null) {
      const [, key = '', value = ''] = pair;
      const group = groups.at(-1);
      if (group === undefined) throw failed('no group defined', 'Begin with a line such as [chardev "c0"].');
      group.pairs.push([key, value]);
    } else throw failed('parse error', 'A line is [GROUP], [GROUP "ID"], KEY = "VALUE", or begins with #.');
  }
  return groups.map(({ name, pairs }) => {
    const value = pairs.map(([key, text]) => `${key}=${escapeOptionValue(text)}`).join(',');
    return { name: GROUPS[name] ?? name, value, text: `${file}: [${name}]` };
  });
}

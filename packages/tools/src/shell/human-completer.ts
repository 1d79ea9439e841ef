import type { JsonValue } from 'qmp/json';
import { type Candidate, type Completion, select } from '../completion/candidate.js';
import type { Lookup, LookupKind } from '../completion/lookup-kind.js';
import type { Ask } from './lookups.js';

/** A command of the human monitor, as its help names it. */
export interface HumanCommand {
  /** `stop`, `info block`. */
  readonly name: string;
  /** What its help shows behind the name, word by word and without brackets: `-f`, `device`, `on|off`. */
  readonly parameters: readonly string[];
  readonly note: string;
}

/** Completes commands of the human monitor from its own `help` and `help info`, and their arguments from the machine. */
export class HumanCompleter {
  readonly #ask: Ask;
  readonly #lookup: Lookup;
  #known: Promise<readonly HumanCommand[]> | undefined;

  constructor(ask: Ask, lookup: Lookup) {
    this.#ask = ask;
    this.#lookup = lookup;
  }

  /** Asks again: the machine may be another one. */
  forget(): void {
    this.#known = undefined;
  }

  async complete(line: string): Promise<Completion> {
    this.#known ??= this.#read();
    const known = await this.#known;
    if (known.length === 0) this.forget();
    const start = line.length - line.trimStart().length;
    const typed = line.slice(start);
    const [first = '', ...rest] = typed.split(/\s+/);
    const isInfo = first === 'info' && rest.length > 1;
    const name = isInfo ? `info ${rest[0]}` : first;
    const given = isInfo ? rest.slice(1) : rest;
    const command = known.find((one) => one.name === name);
    if (given.length === 0 || first === 'info' || first === 'help') {
      const words = typed.replace(/^help\s+/, '');
      const from = start + typed.length - words.length;
      const names = known.filter((one) => one.name.split(' ').length === words.split(/\s+/).length);
      const found = select(
        from,
        words,
        names.map(({ name, note }) => ({ text: name, suffix: ' ', note })),
      );
      if (found.candidates.length > 0 || command === undefined) return found;
    }
    return command === undefined ? { from: line.length, candidates: [] } : this.#argument(line, command, given);
  }

  async #argument(line: string, command: HumanCommand, given: readonly string[]): Promise<Completion> {
    const word = given.at(-1) ?? '';
    const from = line.length - word.length;
    const flags = command.parameters.filter((parameter) => parameter.startsWith('-'));
    if (word.startsWith('-'))
      return select(
        from,
        word,
        flags.map((text) => ({ text, suffix: ' ' })),
      );
    const before = given.slice(0, -1).filter((one) => !one.startsWith('-'));
    const parameters = command.parameters.filter((parameter) => !parameter.startsWith('-'));
    const parameter = parameters[before.length];
    if (parameter === undefined) return { from, candidates: [] };
    const kind = humanLookup(command.name, parameter);
    if (kind === undefined) return select(from, word, choices(parameter));
    const path = before[parameters.indexOf('path')];
    const names = await this.#lookup(kind, { typed: word, given: () => path }).catch(() => []);
    const suffix = kind === 'qom-path' ? '' : ' ';
    return select(
      from,
      word,
      names.map((text) => ({ text, suffix })),
    );
  }

  async #read(): Promise<readonly HumanCommand[]> {
    const ask = (line: string): Promise<JsonValue> =>
      this.#ask('human-monitor-command', { 'command-line': line }).catch(() => '');
    const [commands, infos] = await Promise.all([ask('help'), ask('help info')]);
    return [...parseHumanHelp(commands), ...parseHumanHelp(infos)].sort((left, right) =>
      left.name < right.name ? -1 : 1,
    );
  }
}

/** Reads lines like `stop|s  -- stop emulation` and `info block [-n] [device] -- show …`. */
export function parseHumanHelp(text: JsonValue): HumanCommand[] {
  if (typeof text !== 'string') return [];
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^(info )?([a-z_][\w|-]*)(?:\s(.*?))??\s+-- (.*)$/i.exec(line);
    if (match === null) return [];
    const [, info = '', names = '', rest = '', note = ''] = match;
    const all = names.split('|');
    // Some helps repeat the name.
    const words = rest.split(/[\s[\]]+/).filter((word) => word !== '');
    const parameters = all.includes(words[0] ?? '') ? words.slice(1) : words;
    return all.map((name) => ({ name: info + name, parameters, note: note.trim() }));
  });
}

/** The words of a parameter that is a choice: `on|off`. */
function choices(parameter: string): Candidate[] {
  const words = parameter.includes('|') ? parameter.split('|') : [];
  return words.map((text) => ({ text, suffix: ' ' }));
}

/** Which names a parameter takes; the help only says `device`, `id`, `tag`. */
function humanLookup(command: string, parameter: string): LookupKind | undefined {
  const name = parameter.replace(/[,|].*$/, '');
  if (name === 'path') return 'qom-path';
  if (name === 'property') return 'qom-property';
  if (name === 'tag' && command !== 'savevm') return 'snapshot';
  if (command === 'device_add') return 'device-type';
  if (name === 'device') return command.startsWith('block_job') ? 'job' : command === 'device_del' ? 'device' : 'node';
  return name === 'id' || name === 'name' ? byCommand[command] : undefined;
}

const byCommand: Readonly<Record<string, LookupKind>> = {
  netdev_del: 'netdev',
  object_del: 'object',
  'chardev-remove': 'chardev',
  'chardev-change': 'chardev',
  'chardev-send-break': 'chardev',
  set_link: 'netdev',
};

import type { JsonObject, JsonValue } from 'qmp/json';
import type { Candidate, Completion } from '../completion/candidate.js';

/** Completes commands of the human monitor, from its own `help` and `help info`. */
export class HumanCompleter {
  readonly #execute: (command: string, args: JsonObject) => Promise<JsonValue>;
  #known: Promise<readonly Candidate[]> | undefined;

  constructor(execute: (command: string, args: JsonObject) => Promise<JsonValue>) {
    this.#execute = execute;
  }

  async complete(line: string): Promise<Completion> {
    this.#known ??= this.#read();
    const known = await this.#known;
    const start = line.length - line.trimStart().length;
    const typed = line.slice(start);
    const words = typed.split(/\s+/).length;
    const candidates = known.filter(({ text }) => text.startsWith(typed) && text.split(' ').length === words);
    return { from: start, candidates };
  }

  async #read(): Promise<readonly Candidate[]> {
    const ask = (line: string): Promise<JsonValue> =>
      this.#execute('human-monitor-command', { 'command-line': line }).catch(() => '');
    const [commands, infos] = await Promise.all([ask('help'), ask('help info')]);
    return [...parseHumanHelp(commands), ...parseHumanHelp(infos)].sort((left, right) =>
      left.text < right.text ? -1 : 1,
    );
  }
}

/** Reads lines like `stop|s  -- stop emulation` and `info block [-n] … -- show …`. */
export function parseHumanHelp(text: JsonValue): Candidate[] {
  if (typeof text !== 'string') return [];
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^(info )?([a-z_][\w|-]*)(?:\s.*?)??\s+-- (.*)$/i.exec(line);
    if (match === null) return [];
    const [, info = '', names = '', note = ''] = match;
    return names.split('|').map((name) => ({ text: info + name, suffix: ' ', note: note.trim() }));
  });
}

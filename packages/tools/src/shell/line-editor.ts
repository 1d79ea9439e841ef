import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { PassThrough } from 'node:stream';
import { HistorySearch } from './history-search.js';

/** What the person at the terminal did. */
export type Input =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C. `line` is what was typed and is now gone. */
  | { readonly kind: 'interrupt'; readonly line: string }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: 'end' };

/** What the editor asks its shell. */
export interface EditorHost {
  /** Completes: the text to insert in place of the word that starts at `from`, and a list to show. */
  complete(line: string): Promise<{ from: number; insert: string | undefined; list: string }>;
  /** Help for what stands before the cursor, when `?` is pressed; undefined where `?` is a letter like others. */
  help(line: string): Promise<string> | undefined;
  /** A line was entered. Returns false to keep it out of the history. */
  remember(line: string): boolean;
  /** Ctrl-C while nobody waits for a line. */
  interrupt(): void;
}

/**
 * Node's readline with three things more: text printed above the line being typed, a search in the history (Ctrl-R),
 * and help on `?`. It reads keys through a filter of its own, so that a search never reaches readline.
 */
export class LineEditor {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;
  readonly #host: EditorHost;
  readonly #keys: PassThrough & { setRawMode?: (raw: boolean) => void };
  readonly #readline: Interface;
  readonly #queue: Input[] = [];
  readonly #onData = (chunk: Buffer): void => this.#key(chunk);
  readonly #onEnd = (): void => void this.#keys.end();
  #waiting: ((input: Input) => void) | undefined;
  #history: string[];
  #search: HistorySearch | undefined;
  #suspended: string[] | undefined;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, history: readonly string[], host: EditorHost) {
    this.#input = input;
    this.#output = output;
    this.#host = host;
    this.#history = [...history];
    this.#keys = new PassThrough();
    this.#keys.setRawMode = (raw) => void input.setRawMode?.(raw);
    this.#readline = createInterface({
      input: this.#keys,
      output,
      terminal: true,
      prompt: '',
      history: [...history],
      historySize: 1000,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) =>
        void this.#complete(line, done),
    });
    this.#readline.on('line', (text) => this.#deliver({ kind: 'line', text }));
    this.#readline.on('SIGINT', () => this.#interrupt());
    this.#readline.on('close', () => this.#deliver({ kind: 'end' }));
    this.#readline.on('history', (lines) => this.#remember(lines));
    input.on('data', this.#onData).on('end', this.#onEnd);
  }

  /** Waits for the next input, with a prompt. */
  ask(prompt: string): Promise<Input> {
    const typedAhead = this.#queue.shift();
    if (typedAhead !== undefined) return Promise.resolve(typedAhead);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#readline.setPrompt(prompt);
      this.#readline.prompt();
    });
  }

  /** Shows another prompt for the line that is being typed. */
  changePrompt(prompt: string): void {
    this.#readline.setPrompt(prompt);
    if (this.#waiting !== undefined) this.#redraw('');
  }

  /** Prints text; a line that is being typed moves below it. */
  print(text: string): void {
    if (this.#suspended !== undefined) this.#suspended.push(text);
    else if (this.#waiting === undefined) this.#output.write(`${text}\n`);
    else this.#redraw(`${text}\n`);
  }

  /** Lends the terminal to something else, such as a pager. */
  async lend<T>(use: () => Promise<T>): Promise<T> {
    this.#suspended = [];
    this.#input.off('data', this.#onData).pause();
    this.#input.setRawMode?.(false);
    try {
      return await use();
    } finally {
      this.#input.setRawMode?.(true);
      this.#input.on('data', this.#onData).resume();
      const kept = this.#suspended;
      this.#suspended = undefined;
      for (const text of kept) this.print(text);
    }
  }

  /** @param clear removes the prompt, and what was typed after it. */
  close(clear = false): void {
    if (clear) this.#clear();
    this.#input.off('data', this.#onData).off('end', this.#onEnd);
    this.#readline.close();
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }

  #redraw(text: string): void {
    const { rows } = this.#readline.getCursorPos();
    this.#clear();
    // readline goes up as many rows as its cursor was down when it drew last: give it these rows.
    this.#output.write(text + '\n'.repeat(rows));
    this.#readline.prompt(true);
    if (this.#search !== undefined) this.#drawSearch();
  }

  /** Clears from the row of the prompt down. */
  #clear(): void {
    moveCursor(this.#output, 0, -this.#readline.getCursorPos().rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  #deliver(input: Input): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#queue.push(input);
    else waiting(input);
  }

  #interrupt(): void {
    const { line } = this.#readline;
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#output.write('^C\n');
    if (this.#waiting === undefined) this.#host.interrupt();
    else this.#deliver({ kind: 'interrupt', line });
  }

  #remember(lines: string[]): void {
    const [newest] = lines;
    if (newest !== undefined && !this.#host.remember(newest)) lines.shift();
    this.#history = [...lines];
  }

  async #complete(line: string, done: (error: null, result: [string[], string]) => void): Promise<void> {
    const { from, insert, list } = await this.#host.complete(line);
    if (list !== '') this.print(list);
    done(null, insert === undefined ? [[], line] : [[insert], line.slice(from)]);
  }

  #key(chunk: Buffer): void {
    const keys = chunk.toString();
    // Typed fast, a `?` comes together with the word before it, which readline has to take in first.
    if (keys.length > 1 && keys.endsWith('?') && !keys.includes('\u001b')) {
      this.#key(chunk.subarray(0, -1));
      setImmediate(() => this.#keys.writable && this.#key(chunk.subarray(-1)));
      return;
    }
    const asked = this.#waiting !== undefined;
    const help = keys === '?' && asked && this.#search === undefined ? this.#helpHere() : undefined;
    if (this.#search !== undefined) this.#searchKey(keys);
    else if (keys === '\u0012' && asked) this.#startSearch();
    else if (help !== undefined) void help.then((text) => this.print(text));
    else this.#keys.write(chunk);
  }

  #helpHere(): Promise<string> | undefined {
    return this.#host.help(this.#readline.line.slice(0, this.#readline.cursor));
  }

  #startSearch(): void {
    this.#search = new HistorySearch(this.#history, this.#readline.line);
    this.#drawSearch();
  }

  #drawSearch(): void {
    this.#clear();
    this.#output.write(this.#search?.render(this.#output.columns ?? 80) ?? '');
    // Leave the rows that readline believes to be in.
    this.#output.write(`${'\n'.repeat(this.#readline.getCursorPos().rows)}`);
  }

  #searchKey(keys: string): void {
    const step = this.#search?.key(keys);
    if (step?.kind !== 'taken') {
      this.#drawSearch();
      return;
    }
    this.#search = undefined;
    this.#clear();
    this.#output.write('\n'.repeat(this.#readline.getCursorPos().rows));
    this.#readline.prompt(true);
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#readline.write(step.line);
    if (step.rest !== '') this.#keys.write(step.rest);
  }
}

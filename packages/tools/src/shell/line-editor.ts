import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Completion } from '../completion/candidate.js';
import type { Theme } from '../output/theme.js';
import { CompletionView } from './completion-view.js';
import { HistorySearch } from './history-search.js';
import { interruptKey, KeyReader, type Keys, markPastes } from './key-reader.js';

/** What the person at the terminal did. */
export type Input =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C. `line` is what was typed and is now gone. */
  | { readonly kind: 'interrupt'; readonly line: string }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: 'end' };

/** What the editor asks its shell. */
export interface EditorHost {
  /** How the line, typed so far, may go on. */
  complete(line: string): Promise<Completion>;
  /** Help for what stands before the cursor, when `?` is pressed; undefined where `?` is a letter like others. */
  help(line: string): Promise<string> | undefined;
  /** A line was entered. Returns what the history keeps of it, if anything. */
  remember(line: string): string | undefined;
  /** Ctrl-C while nobody waits for a line. */
  interrupt(): void;
}

/** What reads lines from a person and prints around them. */
export interface Editor {
  /** Waits for the next input, with a prompt. */
  ask(prompt: string): Promise<Input>;
  /** Shows another prompt for the line that is being typed. */
  changePrompt(prompt: string): void;
  /** Prints text; a line that is being typed moves below it. */
  print(text: string): void;
  /** Lends the terminal to something else, such as a pager. */
  lend<T>(use: () => Promise<T>): Promise<T>;
  /** @param clear removes the prompt, and what was typed after it. */
  close(clear?: boolean): void;
}

/**
 * Node's readline with four things more: text printed above the line being typed, a menu of completions below it, a
 * search in the history (Ctrl-R), and help on `?`. It reads keys through a filter of its own: what is meant for a menu
 * or a search never reaches readline.
 */
export class LineEditor implements Editor {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;
  readonly #host: EditorHost;
  readonly #keys: PassThrough & { setRawMode?: (raw: boolean) => void };
  /** With what it keeps to itself: the row of the cursor, counted from the prompt, when it drew the line last. */
  readonly #readline: Interface & { readonly prevRows?: number };
  readonly #completions: CompletionView;
  readonly #queue: Input[] = [];
  readonly #reader = new KeyReader();
  readonly #onData = (chunk: Buffer): void => {
    for (const keys of this.#reader.read(chunk.toString())) this.#key(keys);
  };
  readonly #onEnd = (): void => void this.#keys.end();
  #waiting: ((input: Input) => void) | undefined;
  #history: string[];
  #search: HistorySearch | undefined;
  /** Keys that came while a completion is looked for: they wait for it. */
  #held: Keys[] | undefined;
  #suspended: string[] | undefined;

  constructor(
    input: NodeJS.ReadStream,
    output: NodeJS.WriteStream,
    theme: Theme,
    history: readonly string[],
    host: EditorHost,
  ) {
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
    });
    this.#completions = new CompletionView(this.#readline, output, theme);
    this.#readline.on('line', (text) => this.#deliver({ kind: 'line', text }));
    this.#readline.on('SIGINT', () => this.#interrupt());
    this.#readline.on('close', () => this.#deliver({ kind: 'end' }));
    // After Ctrl-Z and fg readline has paused its input.
    this.#readline.on('SIGCONT', () => {
      this.#readline.resume();
      this.#output.write(markPastes.on);
    });
    this.#readline.on('history', (lines) => this.#remember(lines));
    input.on('data', this.#onData).on('end', this.#onEnd);
    this.#output.write(markPastes.on);
  }

  ask(prompt: string): Promise<Input> {
    const typedAhead = this.#queue.shift();
    if (typedAhead !== undefined) return Promise.resolve(typedAhead);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#readline.setPrompt(prompt);
      this.#readline.prompt();
    });
  }

  changePrompt(prompt: string): void {
    this.#readline.setPrompt(prompt);
    if (this.#waiting !== undefined) this.#redraw('');
  }

  print(text: string): void {
    if (this.#suspended !== undefined) this.#suspended.push(text);
    else if (this.#waiting === undefined) this.#output.write(`${text}\n`);
    else this.#redraw(`${text}\n`);
  }

  async lend<T>(use: () => Promise<T>): Promise<T> {
    this.#suspended = [];
    this.#input.off('data', this.#onData).pause();
    this.#input.setRawMode?.(false);
    this.#output.write(markPastes.off);
    try {
      return await use();
    } finally {
      this.#input.setRawMode?.(true);
      this.#output.write(markPastes.on);
      this.#input.on('data', this.#onData).resume();
      const kept = this.#suspended;
      this.#suspended = undefined;
      for (const text of kept) this.print(text);
    }
  }

  close(clear = false): void {
    if (clear) this.#clear();
    this.#output.write(markPastes.off);
    this.#input.off('data', this.#onData).off('end', this.#onEnd);
    this.#readline.close();
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }

  #redraw(text: string): void {
    this.#clear();
    this.#output.write(text);
    this.#drawLine();
    if (this.#search !== undefined) this.#drawSearch();
    this.#completions.draw();
  }

  /** Has readline draw its line from this row on. It goes up first, as many rows as it believes its cursor is down. */
  #drawLine(): void {
    this.#output.write('\n'.repeat(this.#readline.prevRows ?? this.#readline.getCursorPos().rows));
    this.#readline.prompt(true);
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
    const kept = newest === undefined ? undefined : this.#host.remember(newest);
    if (kept === undefined) lines.shift();
    else lines[0] = kept;
    this.#history = [...lines];
  }

  #key(keys: Keys): void {
    if (keys.text === interruptKey) this.#held = undefined;
    if (this.#held !== undefined) this.#held.push(keys);
    else if (keys.kind === 'special' && this.#search === undefined) this.#hold(() => this.#special(keys.text));
    else if (this.#search !== undefined) this.#searchKey(keys.text);
    else if (!this.#completions.key(keys.text)) this.#keys.write(keys.text);
  }

  #special(key: string): void | Promise<void> {
    if (this.#completions.key(key)) return;
    const asked = this.#waiting !== undefined;
    if (key === '\t') return asked ? this.#complete() : undefined;
    if (key === '\u0012' && asked) return this.#startSearch();
    const help = key === '?' && asked ? this.#helpHere() : undefined;
    if (help === undefined) this.#keys.write(key);
    else void help.then((text) => this.print(text));
  }

  /** Does something after readline has taken in all keys so far; those that come meanwhile wait. */
  #hold(action: () => void | Promise<void>): void {
    const held: Keys[] = [];
    this.#held = held;
    setImmediate(async () => {
      try {
        if (this.#keys.writable) await action();
      } finally {
        if (this.#held === held) {
          this.#held = undefined;
          for (const keys of held) this.#key(keys);
        }
      }
    });
  }

  async #complete(): Promise<void> {
    const line = this.#readline.line.slice(0, this.#readline.cursor);
    const held = this.#held;
    const completion = await this.#host.complete(line);
    if (this.#waiting !== undefined && this.#held === held) this.#completions.take(line, completion);
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
    this.#drawLine();
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#readline.write(step.line);
    if (step.rest !== '') this.#keys.write(step.rest);
  }
}

import { createInterface, type Interface } from 'node:readline';
import type { Editor, EditorHost, Input } from './line-editor.js';

/**
 * For a terminal that cannot move its cursor (`TERM=dumb`, as inside of an editor): the terminal itself edits the line,
 * and what is printed meanwhile comes after what was typed, with a new prompt.
 */
export class PlainEditor implements Editor {
  readonly #output: NodeJS.WriteStream;
  readonly #readline: Interface;
  readonly #queue: Input[] = [];
  readonly #onInterrupt: () => void;
  #waiting: ((input: Input) => void) | undefined;
  #prompt = '';

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, host: EditorHost) {
    this.#output = output;
    this.#readline = createInterface({ input, terminal: false });
    this.#readline.on('line', (text) => {
      host.remember(text);
      this.#deliver({ kind: 'line', text });
    });
    this.#readline.on('close', () => this.#deliver({ kind: 'end' }));
    this.#onInterrupt = () => {
      output.write('\n');
      if (this.#waiting === undefined) host.interrupt();
      else this.#deliver({ kind: 'interrupt', line: '' });
    };
    process.on('SIGINT', this.#onInterrupt);
  }

  ask(prompt: string): Promise<Input> {
    const typedAhead = this.#queue.shift();
    if (typedAhead !== undefined) return Promise.resolve(typedAhead);
    this.#prompt = prompt;
    this.#output.write(prompt);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  changePrompt(prompt: string): void {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    if (this.#waiting !== undefined) this.#output.write(`\n${prompt}`);
  }

  print(text: string): void {
    this.#output.write(this.#waiting === undefined ? `${text}\n` : `\n${text}\n${this.#prompt}`);
  }

  async lend<T>(use: () => Promise<T>): Promise<T> {
    this.#readline.pause();
    try {
      return await use();
    } finally {
      this.#readline.resume();
    }
  }

  close(): void {
    process.off('SIGINT', this.#onInterrupt);
    this.#readline.close();
  }

  #deliver(input: Input): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#queue.push(input);
    else waiting(input);
  }
}

import type { Chardev } from '../protocol/index.js';
import { LineEditor } from './human-line-editor.js';

/** What a terminal session works with. */
interface TerminalHost {
  readonly banner: string;
  readonly prompt: string;
  /** Runs a line; never rejects. */
  execute(line: string): Promise<string>;
  complete(line: string): readonly string[];
  /** No prompt any more. */
  over(): boolean;
}

/** One person at the other end of a chardev: banner, prompt, line after line. */
export class TerminalSession {
  /** Resolves when the chardev is closed. */
  readonly closed: Promise<void>;
  readonly #chardev: Chardev;
  readonly #host: TerminalHost;
  readonly #editor: LineEditor;
  #running = false;
  #over = false;
  #ended = false;
  /** What was printed while another user has the terminal; undefined while this one has it. */
  #held: string | undefined;
  #greeted = false;

  constructor(chardev: Chardev, host: TerminalHost) {
    this.#chardev = chardev;
    this.#host = host;
    this.#editor = new LineEditor({
      prompt: host.prompt,
      write: (text) => this.#write(text),
      complete: (line) => host.complete(line),
      line: (line) => void this.#run(line),
    });
    const decoder = new TextDecoder();
    this.closed = new Promise((resolve) => {
      chardev.start({
        data: (chunk) => this.#editor.input(decoder.decode(chunk, { stream: true })),
        end: () => this.#end(),
        drain: () => {},
        focus: (on) => this.#focus(on),
        close: () => {
          this.#over = true;
          resolve();
        },
      });
    });
    this.#write(`${host.banner}\r\n`);
    this.#editor.ready();
  }

  /** Input waits while a command runs. */
  async #run(line: string): Promise<void> {
    this.#running = true;
    this.#chardev.pause();
    const text = await this.#host.execute(line);
    this.#running = false;
    if (this.#over) return;
    if (text !== '') this.#write(text.replaceAll('\n', '\r\n'));
    if (this.#host.over()) return;
    this.#chardev.resume();
    this.#editor.ready();
    if (this.#ended) this.#end();
  }

  #write(text: string): void {
    if (this.#held === undefined) {
      this.#greeted = true;
      this.#chardev.write(text);
    } else this.#held += text;
  }

  /** The line that was being typed ends with the focus, and a prompt begins a new one. */
  #focus(on: boolean): void {
    const held = this.#held ?? '';
    if (on) {
      this.#held = undefined;
      if (held !== '') this.#write(held);
      else if (this.#greeted && !this.#running) this.#editor.restart();
    } else if (this.#held === undefined) {
      if (this.#greeted && !this.#running) this.#write('\r\n');
      this.#held = '';
    }
  }

  #end(): void {
    this.#ended = true;
    if (!this.#running) void this.#chardev.close();
  }
}

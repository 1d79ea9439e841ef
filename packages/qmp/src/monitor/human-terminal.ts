import { type Chardev, QmpError } from '../protocol/index.js';
import { HttpGuard } from './http-guard.js';
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
  #guard: HttpGuard | undefined = new HttpGuard();
  #running = false;
  /** The other end has not taken what was written. */
  #blocked = false;
  /** A command is over, and its prompt not shown yet. */
  #readyDue = false;
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
      full: () => this.#blocked,
    });
    const decoder = new TextDecoder();
    this.closed = new Promise((resolve) => {
      chardev.start({
        data: (chunk) => {
          if (!this.#isHttp(chunk)) this.#editor.input(decoder.decode(chunk, { stream: true }));
        },
        end: () => this.#end(),
        drain: () => {
          this.#blocked = false;
          this.#goOn();
        },
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
    this.#readyDue = true;
    this.#goOn();
  }

  /** Takes input again, unless a command runs or the other end does not read. */
  #goOn(): void {
    if (this.#running || this.#blocked || this.#over) return;
    this.#chardev.resume();
    if (this.#readyDue) {
      this.#readyDue = false;
      this.#editor.ready();
    } else this.#editor.goOn();
    if (this.#ended) this.#end();
  }

  /** A web page can have a browser send a request whose body would be run line by line. */
  #isHttp(chunk: Uint8Array): boolean {
    const verdict = this.#guard?.check(chunk);
    if (verdict !== 'more') this.#guard = undefined;
    if (verdict !== 'http') return false;
    this.#over = true;
    void this.#chardev.close(
      new QmpError('QMP_PROTOCOL', `${this.#chardev.label} sent an HTTP request to a human monitor`),
    );
    return true;
  }

  #write(text: string): void {
    if (this.#held === undefined) {
      this.#greeted = true;
      if (this.#chardev.write(text) || this.#blocked) return;
      this.#blocked = true;
      this.#chardev.pause();
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
    if (!this.#running && !this.#blocked && !this.#readyDue) void this.#chardev.close();
  }
}

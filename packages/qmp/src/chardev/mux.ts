/** Several users on one terminal: the human monitor and a serial port, switched by Ctrl-A c. */
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** The key before a command to the mux itself: Ctrl-A. */
const escapeKey = 0x01;

const help = [
  'Ctrl-A h    print this help',
  'Ctrl-A b    send a break',
  'Ctrl-A c    switch to the next user of this terminal',
  'Ctrl-A t    put the time before each line, or stop doing so',
  'Ctrl-A x    end the machine',
  'Ctrl-A Ctrl-A    send Ctrl-A',
].join('\r\n');

export interface MuxOptions {
  /** Called for Ctrl-A x, after `QEMU: Terminated` was printed. */
  readonly exit?: () => void;
  /** Called when nothing more will be typed, after every user was told. */
  readonly end?: () => void;
  /** Milliseconds since the mux started, for Ctrl-A t. @default the system's clock */
  readonly now?: () => number;
}

/**
 * Shares a chardev. What is typed goes to the user that has the focus, what any of them writes is shown. The first one
 * attached has the focus at the start.
 */
export class Mux {
  /** Resolves when the terminal is closed. */
  readonly closed: Promise<void>;
  readonly #chardev: Chardev;
  readonly #options: MuxOptions;
  readonly #ends: MuxEnd[] = [];
  readonly #started = Date.now();
  #focus = 0;
  #escaped = false;
  #timestamps = false;
  #lineStart = true;
  #over: { readonly error: Error | undefined } | undefined;

  constructor(chardev: Chardev, options: MuxOptions = {}) {
    this.#chardev = chardev;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      chardev.start({
        data: (chunk) => this.#typed(chunk),
        end: () => {
          this.#each((handlers) => handlers.end());
          options.end?.();
        },
        drain: () => this.#each((handlers) => handlers.drain()),
        break: () => this.#each((handlers) => handlers.break?.()),
        close: (error) => {
          this.#over = { error };
          for (const end of this.#ends) end.finish(error);
          resolve();
        },
      });
    });
  }

  /** Adds a user. */
  attach(label: string): Chardev {
    const end = new MuxEnd(label, {
      write: (data) => this.#show(data),
      length: () => this.#chardev.writableLength,
      flow: () => this.#flow(),
      focused: () => this.focus === label,
      over: this.#over,
    });
    this.#ends.push(end);
    return end;
  }

  /** The label of the user that has the focus. */
  get focus(): string | undefined {
    return this.#ends[this.#focus]?.label;
  }

  /** Closes the terminal and every user of it. */
  close(reason?: Error): Promise<void> {
    return this.#chardev.close(reason);
  }

  #each(tell: (handlers: ChardevHandlers) => void): void {
    for (const end of this.#ends) if (end.handlers !== undefined) tell(end.handlers);
  }

  #typed(chunk: Uint8Array): void {
    let start = 0;
    for (const [at, byte] of chunk.entries()) {
      if (!this.#escaped && byte !== escapeKey) continue;
      if (this.#escaped) this.#command(byte);
      else this.#pass(chunk.subarray(start, at));
      this.#escaped = !this.#escaped;
      start = at + 1;
    }
    if (!this.#escaped) this.#pass(chunk.subarray(start));
  }

  #pass(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#ends[this.#focus]?.deliver(bytes);
  }

  #command(byte: number): void {
    switch (String.fromCharCode(byte)) {
      case 'c':
        this.#passFocus();
        break;
      case 'b':
        this.#ends[this.#focus]?.handlers?.break?.();
        break;
      case 'h':
      case '?':
        this.#chardev.write(`\r\n${help}\r\n`);
        break;
      case 't':
        this.#timestamps = !this.#timestamps;
        break;
      case 'x':
        this.#chardev.write('QEMU: Terminated\r\n');
        this.#options.exit?.();
        break;
      case '\x01':
        this.#pass(Uint8Array.of(escapeKey));
        break;
    }
  }

  #passFocus(): void {
    if (this.#ends.length < 2) return;
    this.#ends[this.#focus]?.handlers?.focus?.(false);
    this.#focus = (this.#focus + 1) % this.#ends.length;
    this.#ends[this.#focus]?.handlers?.focus?.(true);
    this.#flow();
  }

  /** A user that is paused and has the focus holds the keyboard back; the others do not. */
  #flow(): void {
    if (this.#ends[this.#focus]?.paused === true) this.#chardev.pause();
    else this.#chardev.resume();
  }

  #show(data: string | Uint8Array): boolean {
    if (!this.#timestamps) return this.#chardev.write(data);
    const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    const stamped = text.replace(/[^\n]*\n|[^\n]+$/g, (line) => {
      const before = this.#lineStart ? this.#stamp() : '';
      this.#lineStart = line.endsWith('\n');
      return before + line;
    });
    return this.#chardev.write(typeof data === 'string' ? stamped : Buffer.from(stamped, 'latin1'));
  }

  #stamp(): string {
    const milliseconds = this.#options.now?.() ?? Date.now() - this.#started;
    const time = new Date(milliseconds).toISOString().slice(11, 23);
    return `[${time}] `;
  }
}

interface MuxLink {
  write(data: string | Uint8Array): boolean;
  length(): number;
  flow(): void;
  focused(): boolean;
  readonly over: { readonly error: Error | undefined } | undefined;
}

/** One user's end. Closing it leaves the terminal open. */
class MuxEnd implements Chardev {
  readonly label: string;
  readonly #link: MuxLink;
  handlers: ChardevHandlers | undefined;
  paused = false;
  /** What was typed before the pause was felt. */
  #kept: Uint8Array[] = [];
  #started = false;
  #ended = false;
  #over: { readonly error: Error | undefined } | undefined;

  constructor(label: string, link: MuxLink) {
    this.label = label;
    this.#link = link;
    this.#over = link.over;
  }

  get writableLength(): number {
    return this.#link.length();
  }

  start(handlers: ChardevHandlers): void {
    if (this.#started) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#started = true;
    const over = this.#over;
    if (over === undefined) {
      this.handlers = handlers;
      if (!this.#link.focused()) handlers.focus?.(false);
      queueMicrotask(() => this.#deliverKept());
    } else queueMicrotask(() => handlers.close(over.error));
  }

  write(data: string | Uint8Array): boolean {
    return this.#over !== undefined || this.#ended || this.#link.write(data);
  }

  pause(): void {
    this.paused = true;
    this.#link.flow();
  }

  resume(): void {
    this.paused = false;
    queueMicrotask(() => this.#deliverKept());
    this.#link.flow();
  }

  /** Hands on what was typed, or keeps it while nobody takes it. */
  deliver(bytes: Uint8Array): void {
    if (this.#over !== undefined) return;
    if (this.handlers === undefined || this.paused || this.#kept.length > 0) this.#kept.push(new Uint8Array(bytes));
    else this.handlers.data(bytes);
  }

  #deliverKept(): void {
    while (!this.paused && this.handlers !== undefined) {
      const bytes = this.#kept.shift();
      if (bytes === undefined) return;
      this.handlers.data(bytes);
    }
  }

  end(): void {
    this.#ended = true;
  }

  close(reason?: Error): Promise<void> {
    queueMicrotask(() => this.finish(reason));
    return Promise.resolve();
  }

  /** The terminal, or this user of it, is over. */
  finish(error: Error | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    const { handlers } = this;
    this.handlers = undefined;
    this.paused = false;
    this.#link.flow();
    handlers?.close(error);
  }
}

/** Telnet above a chardev: RFC 854 commands, with the options that a character stream needs. */
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { TelnetReader } from './telnet-reader.js';

/** RFC 854: interpret as command. */
export const IAC = 255;
export const DONT = 254;
export const DO = 253;
export const WONT = 252;
export const WILL = 251;
export const BREAK = 243;
export const AYT = 246;

/** Options: transmit binary (RFC 856), echo (RFC 857), suppress go ahead (RFC 858). */
export const BINARY = 0;
export const ECHO = 1;
export const SUPPRESS_GO_AHEAD = 3;

/** The options a role asks for when it starts, which are those of QEMU, and those it agrees to. */
const policies = {
  server: {
    opening: [IAC, WILL, ECHO, IAC, WILL, SUPPRESS_GO_AHEAD, IAC, WILL, BINARY, IAC, DO, BINARY],
    us: [ECHO, SUPPRESS_GO_AHEAD, BINARY],
    them: [BINARY, SUPPRESS_GO_AHEAD],
  },
  client: {
    opening: [],
    us: [BINARY, SUPPRESS_GO_AHEAD],
    them: [ECHO, SUPPRESS_GO_AHEAD, BINARY],
  },
} as const;

/**
 * Speaks telnet over another chardev. Its user sees only the data: commands are answered and taken out, 0xFF is doubled
 * on the wire, and unless both agreed on binary, a bare CR goes as CR NUL.
 */
export class TelnetChardev implements Chardev {
  readonly label: string;
  readonly #inner: Chardev;
  readonly #role: 'server' | 'client';
  /** Options that are on, at our side and at theirs, by what was agreed. */
  readonly #us = new Set<number>();
  readonly #them = new Set<number>();
  /** What we asked for and was not answered yet: its answer needs none. */
  readonly #asked = new Set<string>();
  #lastWasReturn = false;
  #handlers: ChardevHandlers | undefined;

  constructor(inner: Chardev, role: 'server' | 'client') {
    this.label = inner.label;
    this.#inner = inner;
    this.#role = role;
    const { opening } = policies[role];
    for (let at = 1; at < opening.length; at += 3) this.#asked.add(`${opening[at]} ${opening[at + 1]}`);
    if (opening.length > 0) inner.write(Uint8Array.from(opening));
  }

  get writableLength(): number {
    return this.#inner.writableLength;
  }

  start(handlers: ChardevHandlers): void {
    this.#handlers = handlers;
    const reader = new TelnetReader({
      data: (chunk) => handlers.data(chunk),
      command: (command, option) => this.#command(command, option),
    });
    reader.foldReturns = this.#role === 'server';
    this.#inner.start({
      data: (chunk) => {
        reader.binary = this.#them.has(BINARY);
        reader.push(chunk);
      },
      end: () => handlers.end(),
      drain: () => handlers.drain(),
      close: (error) => handlers.close(error),
    });
  }

  write(data: string | Uint8Array): boolean {
    if (data.length === 0) return true;
    if (!this.#us.has(BINARY)) return this.#writeText(data);
    // UTF-8 never holds 0xFF.
    if (typeof data === 'string' || !data.includes(IAC)) return this.#inner.write(data);
    return this.#inner.write(escapeCommands(data));
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  end(): void {
    this.#inner.end();
  }

  close(reason?: Error): Promise<void> {
    return this.#inner.close(reason);
  }

  #writeText(data: string | Uint8Array): boolean {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const { bytes: escaped, lastWasReturn } = escapeReturns(escapeCommands(bytes), this.#lastWasReturn);
    this.#lastWasReturn = lastWasReturn;
    return this.#inner.write(escaped);
  }

  /** Answers a command (RFC 854, and RFC 1143 for not answering an answer). */
  #command(command: number, option: number): void {
    if (command === BREAK) this.#handlers?.break?.();
    if (command === AYT && this.#role === 'server') this.#inner.write('\r\n[yes]\r\n');
    if (command === DO || command === DONT)
      this.#agree(this.#us, policies[this.#role].us, command === DO, option, WILL);
    if (command === WILL || command === WONT) {
      this.#agree(this.#them, policies[this.#role].them, command === WILL, option, DO);
    }
  }

  /** @param yes WILL for our side, DO for theirs; its negation is the next code. */
  #agree(on: Set<number>, accepted: readonly number[], wanted: boolean, option: number, yes: number): void {
    const answered = this.#asked.delete(`${yes} ${option}`);
    if (wanted && accepted.includes(option)) {
      if (on.has(option)) return;
      on.add(option);
      if (!answered) this.#inner.write(Uint8Array.of(IAC, yes, option));
    } else if (wanted || on.delete(option)) this.#inner.write(Uint8Array.of(IAC, yes + 1, option));
  }
}

/** Doubles 0xFF. */
function escapeCommands(data: Uint8Array): Uint8Array {
  if (!data.includes(IAC)) return data;
  const out: number[] = [];
  for (const byte of data) byte === IAC ? out.push(IAC, IAC) : out.push(byte);
  return Uint8Array.from(out);
}

/** Puts a NUL after a CR that no LF follows. A CR at the end waits for what the next call brings. */
function escapeReturns(data: Uint8Array, pending: boolean): { bytes: Uint8Array; lastWasReturn: boolean } {
  if (!pending && !data.includes(0x0d)) return { bytes: data, lastWasReturn: false };
  const out: number[] = [];
  let last = pending;
  for (const byte of data) {
    if (last && byte !== 0x0a && byte !== 0) out.push(0);
    out.push(byte);
    last = byte === 0x0d;
  }
  return { bytes: Uint8Array.from(out), lastWasReturn: last };
}

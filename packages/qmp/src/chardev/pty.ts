/** A pseudo-terminal as a chardev. Each program that opens it is a client. */
import { closeSync, symlinkSync, unlinkSync } from 'node:fs';
import type { Chardev, ChardevListener } from '../protocol/chardev.js';
import { openError } from './errors.js';
import { terminalChardev } from './file.js';
import { loadNative, type Native } from './native.js';
import { WatchedChardev } from './relay.js';
import type { PtySpec } from './spec.js';

/** How often to look whether somebody opened the terminal, in milliseconds: the system tells only when asked. */
const lookInterval = 100;

/** Makes a pseudo-terminal; its label names the path to open. */
export function listenPty(spec: PtySpec): ChardevListener {
  const native = loadNative('a pty');
  let terminal: ReturnType<Native['openTerminal']>;
  try {
    terminal = native.openTerminal();
    if (spec.path !== undefined) symlinkSync(terminal.path, spec.path);
  } catch (error) {
    throw openError('pty', error);
  }
  return new PtyListener(native, terminal.master, terminal.path, spec.path);
}

class PtyListener implements ChardevListener {
  readonly label: string;
  readonly #native: Native;
  readonly #master: number;
  readonly #link: string | undefined;
  /** Resolves when the client before is gone. */
  #idle: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(native: Native, master: number, path: string, link: string | undefined) {
    this.label = `pty:${path}`;
    this.#native = native;
    this.#master = master;
    this.#link = link;
  }

  async next(signal?: AbortSignal): Promise<Chardev | undefined> {
    await this.#idle;
    while (!this.#closed) {
      signal?.throwIfAborted();
      if (!this.#native.hungUp(this.#master)) return this.#open();
      await new Promise((resolve) => setTimeout(resolve, lookInterval));
    }
    return undefined;
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      closeSync(this.#master);
      if (this.#link !== undefined) unlinkSync(this.#link);
    }
    return Promise.resolve();
  }

  async #open(): Promise<Chardev> {
    let over = (): void => {};
    this.#idle = new Promise((resolve) => {
      over = resolve;
    });
    const [input, output] = [this.#native.duplicate(this.#master), this.#native.duplicate(this.#master)];
    return new WatchedChardev(await terminalChardev(input, output, this.label), over);
  }
}

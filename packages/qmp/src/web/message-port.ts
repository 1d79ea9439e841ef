import type { Chardev } from '../protocol/chardev.js';
import { QueueChardev } from '../protocol/queue-chardev.js';

/** The part of a `MessagePort` that is used: of a browser or Node; a `Worker` and the global scope of one have it too. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  start?(): void;
  close?(): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
}

/**
 * Makes a chardev of one end of a `MessageChannel`, for a client and a monitor in the same page or in a page and its
 * worker. Both ends have to be wrapped by this function.
 *
 * Bytes travel as `Uint8Array`; a number says how many bytes the other end's user took, which is the back-pressure;
 * `'end'` ends one direction and `'close'` both.
 */
export function messagePortChardev(port: MessagePortLike, label = 'message-port'): Chardev {
  return new MessagePortChardev(port, label);
}

class MessagePortChardev extends QueueChardev {
  readonly #port: MessagePortLike;
  /** Bytes sent that the other end's user has not taken. */
  #underway = 0;

  constructor(port: MessagePortLike, label: string) {
    super(label, 65_536);
    this.#port = port;
    port.addEventListener('message', (event) => this.#message('data' in event ? event.data : undefined));
    // Not every platform has this event: there a peer that goes without a word is not noticed.
    port.addEventListener('close', () => this.receivedEnd());
    port.start?.();
  }

  get writableLength(): number {
    return this.#underway;
  }

  #message(data: unknown): void {
    if (data instanceof Uint8Array) this.received(data);
    else if (data === 'end') this.receivedEnd();
    else if (data === 'close') {
      this.receivedEnd();
      this.end();
    } else if (typeof data === 'number') {
      this.#underway -= data;
      if (this.#underway === 0) this.caughtUp();
    }
  }

  protected transmit(bytes: Uint8Array): void {
    this.#underway += bytes.length;
    this.#port.postMessage(bytes);
  }

  protected transmitEnd(): void {
    this.#port.postMessage('end');
  }

  protected shut(): void {
    this.#port.postMessage('close');
    this.#port.close?.();
  }

  protected taken(piece: Uint8Array): void {
    if (!this.over) this.#port.postMessage(piece.length);
  }
}

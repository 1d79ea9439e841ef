import type { JsonError } from '../json/index.js';
import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import { type Clock, Timer } from './clock.js';
import { defaultTimeouts, type Timeouts } from './deadlines.js';
import { seconds } from './failures.js';
import { type Deferred, deferred, type Opening, type OpeningHost } from './opening.js';

/**
 * How a conversation with a guest agent begins: there is no greeting, and the line may hold half a command and late
 * replies of a former client. The byte 0xFF, which is no JSON, makes the agent forget what it has read;
 * `guest-sync-delimited` makes it send 0xFF and then a number that we chose. What comes before is not for us.
 */
export class AgentSync implements Opening {
  readonly greeting = undefined;
  readonly #label: string;
  readonly #timeouts: Timeouts;
  readonly #host: OpeningHost;
  readonly #timer: Timer;
  readonly #done: Deferred<boolean> = deferred();
  readonly #number = 1 + Math.floor(Math.random() * 0x7fff_fffe);

  constructor(label: string, options: { readonly clock: Clock; readonly timeouts: Timeouts }, host: OpeningHost) {
    this.#label = label;
    this.#timeouts = options.timeouts;
    this.#host = host;
    this.#timer = new Timer(options.clock, () => this.abort(this.#late()));
  }

  async run(): Promise<boolean> {
    this.#timer.set(this.#limit);
    this.#host.greeted();
    this.#host.write(Uint8Array.of(0xff));
    this.#host.write(`{"execute":"guest-sync-delimited","arguments":{"id":${this.#number}}}\n`);
    try {
      return await this.#done.promise;
    } finally {
      this.#timer.clear();
    }
  }

  raw(): void {
    // Whatever comes first may be the end of something old.
  }

  receive(message: JsonObject): void {
    if (message.QMP !== undefined) this.abort(this.#notAgent());
    else if (message.return === this.#number && message.id === undefined) this.#done.resolve(false);
    // Replies to a former client, and the error that our own 0xFF causes, are skipped.
  }

  tolerates(_error: JsonError): boolean {
    return true;
  }

  notQmp(error?: JsonError): QmpError {
    return new QmpError('QMP_GREETING_INVALID', `${this.#label}: not a guest agent`, {
      ...(error === undefined ? {} : { cause: error }),
    });
  }

  lost(error: Error | undefined): QmpError {
    const why = error === undefined ? '' : ` (${error.message})`;
    return new QmpError('QMP_DISCONNECTED', `${this.#label}: the connection closed while synchronising${why}`, {
      ...(error === undefined ? {} : { cause: error }),
    });
  }

  abort(error: QmpError): void {
    this.#done.reject(error);
    this.#done.promise.catch(() => undefined);
  }

  get #limit(): number {
    return this.#timeouts.greeting ?? defaultTimeouts.greeting;
  }

  #late(): QmpError {
    return new QmpError('QMP_GREETING_TIMEOUT', `${this.#label}: no guest agent answered for ${seconds(this.#limit)}`, {
      hint: 'Is qemu-guest-agent running in the guest, and has it booted? A channel without agent swallows everything.',
    });
  }

  #notAgent(): QmpError {
    return new QmpError('QMP_GREETING_INVALID', `${this.#label}: this is a QMP monitor, not a guest agent`, {
      hint: 'Use connect() for it; the agent is behind its own chardev (org.qemu.guest_agent.0).',
    });
  }
}

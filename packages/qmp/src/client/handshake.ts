import type { JsonError } from '../json/index.js';
import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import type { Greeting } from '../protocol/messages.js';
import { type Clock, Timer } from './clock.js';
import { defaultTimeouts, type Timeouts } from './deadlines.js';
import { seconds } from './failures.js';
import { type Deferred, deferred, type Opening, type OpeningHost } from './opening.js';
import { describePeer } from './strangers.js';

/**
 * Greeting and capabilities negotiation (QMP specification, sections "Server Greeting" and "Capabilities Negotiation").
 *
 * `qmp_capabilities` goes out under an id that nobody else has used: a command that a former client left running is
 * answered to whoever is connected then, and QEMU runs in-band commands one after another, so once the negotiation is
 * answered nothing of a former client can follow.
 */
export class Handshake implements Opening {
  greeting: Greeting | undefined;
  readonly #label: string;
  readonly #timeouts: Timeouts;
  readonly #wantOob: boolean;
  readonly #host: OpeningHost;
  readonly #timer: Timer;
  readonly #done: Deferred<boolean> = deferred();
  readonly #id = `c${Math.random().toString(36).slice(2, 10)}`;
  #head: number[] = [];
  #oob = false;

  constructor(
    label: string,
    options: { readonly clock: Clock; readonly timeouts: Timeouts; readonly oob: boolean },
    host: OpeningHost,
  ) {
    this.#label = label;
    this.#timeouts = options.timeouts;
    this.#wantOob = options.oob;
    this.#host = host;
    this.#timer = new Timer(options.clock, () => this.abort(this.#late()));
  }

  async run(): Promise<boolean> {
    this.#timer.set(this.#timeouts.greeting ?? defaultTimeouts.greeting);
    try {
      return await this.#done.promise;
    } finally {
      this.#timer.clear();
    }
  }

  raw(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length && this.#head.length < 64; i++) this.#head.push(chunk[i] ?? 0);
  }

  receive(message: JsonObject): void {
    if (message.QMP !== undefined && this.greeting === undefined) {
      this.#greet(message as unknown as Greeting);
      return;
    }
    if (this.greeting === undefined) {
      if (message.return !== undefined || message.error !== undefined) {
        this.#host.unexpected(message, 'a reply to a former client, before the greeting');
        return;
      }
      this.abort(this.notQmp());
      return;
    }
    if (message.id !== this.#id) {
      this.#host.unexpected(message, 'a reply to a former client, during the negotiation');
      return;
    }
    if (message.return !== undefined) {
      this.#done.resolve(this.#oob);
      return;
    }
    this.abort(this.#refused(message));
  }

  tolerates(): boolean {
    return false;
  }

  notQmp(error?: JsonError): QmpError {
    const peer = describePeer(Uint8Array.from(this.#head));
    return new QmpError('QMP_GREETING_INVALID', `${this.#label}: not a QMP server: ${peer.what}`, {
      ...(error === undefined ? {} : { cause: error }),
      hint: peer.hint,
    });
  }

  lost(error: Error | undefined): QmpError {
    const when = this.greeting === undefined ? 'before its greeting' : 'during the negotiation';
    const why = error === undefined ? '' : ` (${error.message})`;
    return new QmpError('QMP_DISCONNECTED', `${this.#label}: the peer closed the connection ${when}${why}`, {
      ...(error === undefined ? {} : { cause: error }),
      hint: 'Is it a QMP monitor, and did QEMU stay alive? Its own error output says more.',
    });
  }

  abort(error: QmpError): void {
    this.#done.reject(error);
    this.#done.promise.catch(() => undefined);
  }

  #greet(greeting: Greeting): void {
    const offered: unknown = greeting.QMP?.capabilities;
    if (!Array.isArray(offered) || greeting.QMP.version?.qemu === undefined) {
      this.abort(this.notQmp());
      return;
    }
    this.greeting = greeting;
    this.#oob = this.#wantOob && offered.includes('oob');
    this.#host.greeted();
    this.#timer.set(this.#timeouts.negotiation ?? defaultTimeouts.negotiation);
    const enable = this.#oob ? ',"arguments":{"enable":["oob"]}' : '';
    this.#host.write(`{"execute":"qmp_capabilities"${enable},"id":"${this.#id}"}\n`);
  }

  #late(): QmpError {
    if (this.greeting === undefined) {
      const limit = seconds(this.#timeouts.greeting ?? defaultTimeouts.greeting);
      if (this.#head.length > 0) return this.notQmp();
      return new QmpError(
        'QMP_GREETING_TIMEOUT',
        `${this.#label} accepted the connection, then sent no greeting for ${limit}`,
        {
          hint:
            'Someone else holds this monitor (QEMU serves one client at a time and greets the next when that one leaves),' +
            ' or the process is stopped, or it is a guest agent, which never greets.',
        },
      );
    }
    const limit = seconds(this.#timeouts.negotiation ?? defaultTimeouts.negotiation);
    return new QmpError(
      'QMP_NEGOTIATION_FAILED',
      `${this.#label} sent its greeting, then did not answer "qmp_capabilities" for ${limit}`,
      { hint: 'QEMU runs one command at a time: one of a former client, or of another monitor, may still be running.' },
    );
  }

  #refused(message: JsonObject): QmpError {
    const error = message.error as JsonObject | undefined;
    return new QmpError('QMP_NEGOTIATION_FAILED', `${this.#label} refused "qmp_capabilities": ${error?.desc}`, {
      errorClass: String(error?.class ?? 'GenericError'),
      received: message,
      hint: 'The peer greets as QMP but does not negotiate; a proxy in between may have negotiated already.',
    });
  }
}

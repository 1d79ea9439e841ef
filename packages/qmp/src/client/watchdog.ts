import { QmpError } from '../protocol/errors.js';
import { type Clock, Timer } from './clock.js';
import { seconds } from './failures.js';

/** What the watchdog may do. */
export interface WatchdogHost {
  /** Asks the peer for a sign of life. */
  probe(timeout: number): Promise<unknown>;
  /** The peer gave none. */
  dead(error: QmpError): void;
  /** Somebody waits for commands, whose own deadlines count. */
  busy(): boolean;
}

/** Ends a session whose peer is silent although it was asked (the idle deadline). Off when the limit is 0. */
export class Watchdog {
  readonly #limit: number;
  readonly #host: WatchdogHost;
  readonly #timer: Timer;
  readonly #clock: Clock;
  #heard = 0;

  constructor(clock: Clock, limit: number, host: WatchdogHost) {
    this.#clock = clock;
    this.#limit = limit;
    this.#host = host;
    this.#timer = new Timer(clock, () => void this.#look());
  }

  start(): void {
    this.#heard = this.#clock.now();
    this.#timer.set(this.#limit);
  }

  stop(): void {
    this.#timer.clear();
  }

  /** Bytes came. */
  alive(): void {
    if (this.#limit > 0) this.#heard = this.#clock.now();
  }

  async #look(): Promise<void> {
    const silent = this.#clock.now() - this.#heard;
    if (silent < this.#limit || this.#host.busy()) {
      this.#timer.set(Math.max(1, this.#limit - silent, this.#host.busy() ? this.#limit : 0));
      return;
    }
    try {
      await this.#host.probe(this.#limit);
    } catch (cause) {
      if (!QmpError.is(cause) || cause.code !== 'QMP_COMMAND_TIMEOUT') return;
      this.#host.dead(
        new QmpError(
          'QMP_DISCONNECTED',
          `the peer was silent for ${seconds(2 * this.#limit)}, and asked, did not answer`,
          {
            cause,
            hint: 'The connection is half dead, QEMU hangs, or a command that was given up still runs. The idle deadline ended the session.',
          },
        ),
      );
      return;
    }
    this.start();
  }
}

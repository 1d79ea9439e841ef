import { JsonReader, stringify } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { redactArguments } from '../protocol/redact.js';
import { type MemoryChardevOptions, memoryChardevs } from './memory-chardev.js';
import type { WireEntry } from './wire-log.js';

/** A recorded server that is played back. */
export interface WireReplay {
  /** Give this to `connect()`. */
  readonly chardev: Chardev;
  /**
   * Resolves when all of the log was played and the client is gone.
   *
   * @throws {QmpError} QMP_PROTOCOL when the client sent something else than the recorded one did, or left early.
   */
  readonly finished: Promise<void>;
}

/**
 * Plays the server's side of a wire log to a client, as fast as the client asks. What the client sends must be what was
 * recorded, in the same order; ids may differ, and the replies get the ids that were really sent.
 *
 * @example
 * const replay = replayWire(parseWireLog(text));
 * await using vm = await connect(replay.chardev);
 */
export function replayWire(entries: readonly WireEntry[], options: MemoryChardevOptions = {}): WireReplay {
  const [client, server] = memoryChardevs({ labels: ['replay', 'replay:server'], ...options });
  return { chardev: client, finished: new Player(server, entries).finished };
}

class Player {
  readonly finished: Promise<void>;
  readonly #chardev: Chardev;
  readonly #entries: readonly WireEntry[];
  readonly #reader: JsonReader;
  /** The ids that the client of today sent, by recorded id, each in the order of the commands. */
  readonly #ids = new Map<string, (JsonValue | undefined)[]>();
  #next = 0;
  #failed = false;
  #resolve: () => void = () => {};
  #reject: (error: QmpError) => void = () => {};

  constructor(chardev: Chardev, entries: readonly WireEntry[]) {
    this.#chardev = chardev;
    this.#entries = entries;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A test that looks only at its client need not look at the promise too.
    this.finished.catch(() => {});
    this.#reader = new JsonReader(
      {
        message: (message) => this.#receive(message),
        error: (error) => this.#receiveGarbage(error.kind),
      },
      { doubles: 'keep', strict: false },
    );
    chardev.start({
      data: (chunk) => this.#reader.push(chunk),
      end: () => this.#clientEnded(),
      drain: () => {},
      close: () => this.#clientEnded(),
    });
    this.#play();
  }

  /** Sends what the server sent, up to where it waited for the client. */
  #play(): void {
    for (let entry = this.#entries[this.#next]; entry?.from === 'server'; entry = this.#entries[this.#next]) {
      this.#next++;
      if ('message' in entry) this.#chardev.write(`${stringify(this.#withId(entry.message))}\r\n`);
      else if ('garbage' in entry) this.#chardev.write(Uint8Array.of(0xff, 0x0a));
      else this.#chardev.end();
    }
  }

  #withId(message: JsonValue): JsonValue {
    if (!isObject(message) || !('return' in message || 'error' in message)) return message;
    return { ...message, id: this.#ids.get(keyOf(message))?.shift() };
  }

  #receive(message: JsonValue): void {
    if (this.#failed) return;
    const entry = this.#entries[this.#next];
    if (entry === undefined || !('message' in entry)) {
      this.#fail(
        `it sent ${show(message)}, but the log ${entry === undefined ? 'is over' : 'has no message here'}`,
        message,
      );
      return;
    }
    const [expected, found] = [withoutId(entry.message), withoutId(redact(message))];
    if (show(expected) !== show(found)) {
      this.#fail(`it sent ${show(found)}, but the log has ${show(expected)}`, message);
      return;
    }
    if (isObject(entry.message) && isObject(message)) {
      const key = keyOf(entry.message);
      const sent = this.#ids.get(key) ?? [];
      sent.push(message.id);
      this.#ids.set(key, sent);
    }
    this.#next++;
    this.#play();
  }

  #receiveGarbage(kind: string): void {
    const entry = this.#entries[this.#next];
    if (entry !== undefined && 'garbage' in entry && entry.garbage === kind) {
      this.#next++;
      this.#play();
    } else if (!this.#failed) {
      this.#fail('it sent something that is not JSON');
    }
  }

  #clientEnded(): void {
    if (this.#failed) return;
    const missing = this.#entries.slice(this.#next).find((entry) => 'message' in entry);
    if (missing !== undefined && 'message' in missing) {
      this.#fail(`it left before ${show(withoutId(missing.message))}`);
      return;
    }
    this.#next = this.#entries.length;
    void this.#chardev.close().then(this.#resolve);
  }

  #fail(what: string, message?: JsonValue): void {
    this.#failed = true;
    const error = new QmpError('QMP_PROTOCOL', `The client strayed from the log at entry ${this.#next + 1}: ${what}`, {
      ...(message === undefined ? {} : { received: redact(message) }),
      hint: 'Record the log anew if the client is right.',
    });
    this.#reject(error);
    void this.#chardev.close(error);
  }
}

/** The form of a message that is compared and shown: members in one fixed order. */
function show(message: JsonValue): string {
  return stringify(message, { order: 'qemu' });
}

function keyOf({ id }: JsonObject): string {
  return id === undefined ? '' : stringify(id);
}

function withoutId(message: JsonValue): JsonValue {
  return isObject(message) ? { ...message, id: undefined } : message;
}

/** What a recorder would have written for a message of the client. */
function redact(message: JsonValue): JsonValue {
  if (!isObject(message)) return message;
  const command = message.execute ?? message['exec-oob'];
  const args = message.arguments;
  if (typeof command !== 'string' || !isObject(args)) return message;
  return { ...message, arguments: redactArguments(command, args) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

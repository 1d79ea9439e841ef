import { encodeCompact, JsonReader } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { redactArguments, redactReply } from '../protocol/redact.js';
import type { WireEntry, WireSide } from './wire-log.js';

/** What an entry is about. */
type What = { readonly message: JsonValue } | { readonly garbage: string } | { readonly end: true };

/** How {@link recordWire} records. */
export interface RecordWireOptions {
  /** Which end of the connection the chardev is. @default "client" */
  readonly side?: WireSide;
  /** The clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Records what goes over a chardev, for a log or for {@link replayWire}. Each message becomes an entry at the moment it
 * is complete; passwords, secrets and guests' private data are replaced first, in commands as in replies.
 *
 * @param write is told each entry: collect them, or append `formatWireLog([entry])` to a file.
 * @returns a chardev to use in the place of the given one.
 *
 * @example
 * const log: WireEntry[] = [];
 * const vm = await connect(recordWire(chardev, (entry) => log.push(entry)));
 */
export function recordWire(
  chardev: Chardev,
  write: (entry: WireEntry) => void,
  options: RecordWireOptions = {},
): Chardev {
  const { side = 'client', now = () => performance.now() } = options;
  const begin = now();
  const redactor = new Redactor();
  const directions = (['client', 'server'] as const).map((from) => {
    const note = (what: What) => write({ at: Math.round(now() - begin), from, ...what });
    return new Direction(note, (message) => redactor.redact(message, from));
  });
  const [client, server] = directions as [Direction, Direction];
  return side === 'client' ? new Tap(chardev, client, server) : new Tap(chardev, server, client);
}

/** Hides secrets, and remembers which command an id belongs to, because what is secret in a reply depends on it. */
class Redactor {
  readonly #commands = new Map<string, string>();
  readonly #anonymous: string[] = [];

  redact(message: JsonValue, from: WireSide): JsonValue {
    if (!isObject(message)) return redactReply('', message);
    return from === 'client' ? this.#redactCommand(message) : this.#redactReply(message);
  }

  #redactCommand(message: JsonObject): JsonValue {
    const command = message.execute ?? message['exec-oob'];
    if (typeof command !== 'string') return redactReply('', message);
    if (message.id === undefined) this.#anonymous.push(command);
    else this.#commands.set(encodeCompact(message.id), command);
    const args = message.arguments;
    return isObject(args) ? { ...message, arguments: redactArguments(command, args) } : message;
  }

  #redactReply(message: JsonObject): JsonValue {
    if (!('return' in message) && !('error' in message)) return redactReply('', message);
    const name = 'return' in message ? 'return' : 'error';
    return { ...message, [name]: redactReply(this.#takeCommand(message.id), message[name] ?? null) };
  }

  #takeCommand(id: JsonValue | undefined): string {
    if (id === undefined) return this.#anonymous.shift() ?? '';
    const key = encodeCompact(id);
    const command = this.#commands.get(key) ?? '';
    this.#commands.delete(key);
    return command;
  }
}

/** One direction of the connection, cut into messages. */
class Direction {
  readonly #reader: JsonReader;
  readonly #note: (what: What) => void;
  #ended = false;

  constructor(note: (what: What) => void, redact: (message: JsonValue) => JsonValue) {
    this.#note = note;
    this.#reader = new JsonReader(
      {
        message: (message) => note({ message: redact(message) }),
        // Only the kind: what the bytes were may have been a secret.
        error: (error) => note({ garbage: error.kind }),
      },
      { strict: false, doubles: 'keep' },
    );
  }

  add(data: string | Uint8Array): void {
    this.#reader.push(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#note({ end: true });
  }
}

/** The chardev that is handed out: passes everything on and notes it. */
class Tap implements Chardev {
  readonly #chardev: Chardev;
  readonly #ours: Direction;
  readonly #theirs: Direction;
  readonly writeWithFds?: (data: string | Uint8Array, fds: readonly number[]) => boolean;

  constructor(chardev: Chardev, ours: Direction, theirs: Direction) {
    this.#chardev = chardev;
    this.#ours = ours;
    this.#theirs = theirs;
    if (chardev.writeWithFds !== undefined) {
      this.writeWithFds = (data, fds) => {
        this.#ours.add(data);
        return chardev.writeWithFds?.(data, fds) ?? true;
      };
    }
  }

  get label(): string {
    return this.#chardev.label;
  }

  get writableLength(): number {
    return this.#chardev.writableLength;
  }

  start(handlers: ChardevHandlers): void {
    this.#chardev.start({
      data: (chunk) => {
        this.#theirs.add(chunk);
        handlers.data(chunk);
      },
      end: () => {
        this.#theirs.end();
        handlers.end();
      },
      drain: () => handlers.drain(),
      close: (error) => {
        this.#theirs.end();
        handlers.close(error);
      },
    });
  }

  write(data: string | Uint8Array): boolean {
    this.#ours.add(data);
    return this.#chardev.write(data);
  }

  pause(): void {
    this.#chardev.pause();
  }

  resume(): void {
    this.#chardev.resume();
  }

  end(): void {
    this.#ours.end();
    this.#chardev.end();
  }

  close(reason?: Error): Promise<void> {
    this.#ours.end();
    return this.#chardev.close(reason);
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

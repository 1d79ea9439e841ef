import { JsonDouble, JsonReader, stringify } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { REDACTED, redactArguments, redactReply } from '../protocol/redact.js';
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

/** Secrets shorter than this are not searched for: they would be found in everything. */
const shortestSecret = 4;
/** Secrets that are remembered, the newest ones. */
const mostSecrets = 1000;

/**
 * Hides secrets. It remembers which command an id belongs to, because what is secret in a reply depends on it, and the
 * secrets that commands had, because an error or an event may quote them.
 */
class Redactor {
  readonly #commands = new Map<string, string>();
  readonly #anonymous: string[] = [];
  readonly #secrets = new Set<string>();

  redact(message: JsonValue, from: WireSide): JsonValue {
    if (from === 'server')
      return this.#hideSecrets(isObject(message) ? this.#redactReply(message) : redactReply('', message));
    return isObject(message) ? this.#redactCommand(message) : redactReply('', message);
  }

  #redactCommand(message: JsonObject): JsonValue {
    const command = message.execute ?? message['exec-oob'];
    if (typeof command !== 'string') return redactReply('', message);
    if (message.id === undefined) this.#anonymous.push(command);
    else this.#commands.set(stringify(message.id), command);
    const args = message.arguments;
    if (!isObject(args)) return message;
    const redacted = redactArguments(command, args);
    this.#rememberSecrets(args, redacted);
    return { ...message, arguments: redacted };
  }

  /** Remembers each string that was replaced as a whole. */
  #rememberSecrets(before: JsonValue | undefined, after: JsonValue | undefined): void {
    if (typeof before === 'string') {
      if (after !== REDACTED || before.length < shortestSecret) return;
      this.#secrets.add(before);
      const [oldest] = this.#secrets;
      if (this.#secrets.size > mostSecrets && oldest !== undefined) this.#secrets.delete(oldest);
    } else if (isObject(before) && isObject(after)) {
      for (const name of Object.keys(before)) this.#rememberSecrets(before[name], after[name]);
    }
  }

  #hideSecrets(value: JsonValue): JsonValue {
    if (this.#secrets.size === 0) return value;
    if (typeof value === 'string') {
      let text = value;
      for (const secret of this.#secrets) text = text.replaceAll(secret, REDACTED);
      return text;
    }
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#hideSecrets(item));
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, item]) => [
      name,
      item === undefined ? item : this.#hideSecrets(item),
    ]);
    return Object.fromEntries(members) as JsonObject;
  }

  #redactReply(message: JsonObject): JsonValue {
    if (!('return' in message) && !('error' in message)) return redactReply('', message);
    const name = 'return' in message ? 'return' : 'error';
    return { ...message, [name]: redactReply(this.#takeCommand(message.id), message[name] ?? null) };
  }

  #takeCommand(id: JsonValue | undefined): string {
    if (id === undefined) return this.#anonymous.shift() ?? '';
    const key = stringify(id);
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
      { doubles: 'keep' },
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
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonDouble.is(value);
}

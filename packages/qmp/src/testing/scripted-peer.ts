import type { SchemaInfo } from '../api/index.js';
import { encodeCompact, JsonReader } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { type ErrorClass, errorClasses } from '../protocol/messages.js';
import { isObject, readRequest } from '../protocol/request.js';
import { memoryChardevs } from './memory-chardev.js';
import { SchemaCheck } from './schema-check.js';

/** What a scripted command does: a value to return, an error, silence, or a function that decides. */
export type ScriptedReply =
  | { readonly return: JsonValue }
  | { readonly error: { readonly class?: ErrorClass; readonly desc: string } }
  | 'silence';

export type ScriptedHandler = (args: JsonObject, peer: ScriptedPeer) => ScriptedReply | Promise<ScriptedReply>;

export interface ScriptedPeerOptions {
  /** What the server is: a saved reply to `query-qmp-schema`. Script and client are held to it. */
  readonly schema: readonly SchemaInfo[];
  /** @default 7.2.22 */
  readonly version?: { readonly major: number; readonly minor: number; readonly micro: number };
  /** What the greeting offers. @default ["oob"] */
  readonly capabilities?: readonly string[];
  /** A server that accepts and does not greet, as one that somebody else holds. @default false */
  readonly silent?: boolean;
}

/** Takes the members of whatever device it makes, which a schema does not tell. */
const anyMembers: ReadonlySet<string> = new Set(['device_add']);

/** One connection: what was negotiated, and the in-band commands, which are answered one after another. */
interface Connection {
  readonly wire: Chardev & { fail(error: Error): void };
  negotiated: boolean;
  oob: boolean;
  last: Promise<void>;
}

/**
 * A QMP server that does what a test tells it, and only what its schema and the protocol allow: a script that returns
 * nonsense is refused, and a client that sends nonsense is answered with an error and reported by {@link verify}.
 *
 * @example
 * const qemu = new ScriptedPeer({ schema }).when('query-status', { return: { status: 'paused', running: false } });
 * const vm = await connect(qemu.open);
 */
export class ScriptedPeer {
  /** The commands that came, negotiation left out. */
  readonly commands: JsonObject[] = [];
  readonly #check: SchemaCheck;
  readonly #options: ScriptedPeerOptions;
  readonly #script = new Map<string, ScriptedHandler[]>();
  readonly #problems: string[] = [];
  #connection: Connection | undefined;

  constructor(options: ScriptedPeerOptions) {
    this.#options = options;
    this.#check = new SchemaCheck(options.schema);
    this.when('query-qmp-schema', () => ({ return: options.schema as unknown as JsonValue }), true);
  }

  /** Opens a connection to this peer; give it to `connect()`. A new one takes the place of the last. */
  readonly open = async (): Promise<Chardev> => {
    const [near, wire] = memoryChardevs({ labels: ['scripted', 'client'] });
    const connection: Connection = { wire, negotiated: false, oob: false, last: Promise.resolve() };
    const reader = new JsonReader({
      message: (value) => this.#take(value, connection),
      error: ({ message }) => {
        this.#violation(`the client sent what is not JSON: ${message}`);
        connection.last = connection.last.then(() => say(wire, { error: { class: 'GenericError', desc: message } }));
      },
    });
    wire.start({
      data: (chunk) => reader.push(chunk),
      end: () => void wire.close(),
      drain: () => undefined,
      close: () => undefined,
    });
    this.#connection = connection;
    const { version = { major: 7, minor: 2, micro: 22 }, silent } = this.#options;
    const { micro, minor, major } = version;
    const greeting = {
      version: { qemu: { micro, minor, major }, package: 'scripted' },
      capabilities: [...this.#offered],
    };
    if (silent !== true) say(wire, { QMP: greeting });
    return near;
  };

  /**
   * Scripts a command. Scripted several times, the replies are used one after another, and the last one stays.
   *
   * @throws {QmpError} QMP_OPTION_INVALID when the schema has no such command, or the value is not what it returns.
   */
  when(command: string, reply: ScriptedReply | ScriptedHandler, unchecked = false): this {
    if (!unchecked) this.#mustBeTrue(command, reply);
    const handlers = this.#script.get(command) ?? [];
    handlers.push(typeof reply === 'function' ? reply : () => reply);
    this.#script.set(command, handlers);
    return this;
  }

  /**
   * Raises an event. It reaches a client that has negotiated; nobody gets it later.
   *
   * @throws {QmpError} QMP_OPTION_INVALID when the schema has no such event or its data is something else.
   */
  raise(event: string, data?: JsonObject): void {
    const entity = this.#check.event(event);
    if (entity === undefined) throw nonsense(`the schema has no event "${event}"`);
    const problem = this.#check.problem(entity['arg-type'], data ?? {}, event);
    if (problem !== undefined) throw nonsense(problem);
    const { wire, negotiated } = this.#connection ?? {};
    if (wire === undefined || negotiated !== true) return;
    say(wire, { timestamp: { seconds: 0, microseconds: 0 }, event, ...(data === undefined ? {} : { data }) });
  }

  /** Sends bytes as they are, right or wrong. */
  say(text: string): void {
    this.#connection?.wire.write(text);
  }

  /** Ends the connection: orderly, or with an error as a network fault does. */
  async drop(error?: Error): Promise<void> {
    if (error === undefined) await this.#connection?.wire.close();
    else this.#connection?.wire.fail(error);
  }

  /** @throws {QmpError} QMP_PROTOCOL with everything that the client or a script function got wrong. */
  verify(): void {
    if (this.#problems.length === 0) return;
    throw new QmpError('QMP_PROTOCOL', this.#problems.join('; '));
  }

  get #offered(): readonly string[] {
    return this.#options.capabilities ?? ['oob'];
  }

  /** Out-of-band commands are answered at once, others in their order. */
  #take(message: JsonValue, connection: Connection): void {
    const isOob = connection.oob && typeof message === 'object' && message !== null && 'exec-oob' in message;
    if (isOob) void this.#answer(message, connection);
    else connection.last = connection.last.then(() => this.#answer(message, connection));
  }

  async #answer(message: JsonValue, connection: Connection): Promise<void> {
    const { id } = (message ?? {}) as JsonObject;
    const reply = await this.#reply(message, connection);
    if (reply !== 'silence') say(connection.wire, { ...reply, ...(id === undefined ? {} : { id }) });
  }

  async #reply(message: JsonValue, connection: Connection): Promise<JsonObject | 'silence'> {
    const request = isObject(message) ? readRequest(message, connection.oob) : 'QMP input must be a JSON object';
    if (typeof request === 'string') {
      return this.#refuse(`the client sent ${encodeCompact(message)}: ${request}`, request);
    }
    const { name, args, oob } = request;
    if (name === 'qmp_capabilities') return this.#negotiate(args, connection);
    if (!connection.negotiated) {
      const desc = "Expecting capabilities negotiation with 'qmp_capabilities'";
      return this.#refuse(`the client sent "${name}" before it negotiated`, desc, 'CommandNotFound');
    }
    this.commands.push(message as JsonObject);
    const reply = this.#refusal(name, args, oob) ?? (await this.#next(name, args));
    if (reply === 'silence') return reply;
    const problem = this.#replyProblem(name, reply);
    if (problem !== undefined) this.#violation(`the script is wrong: ${problem}`);
    return 'error' in reply ? { error: { class: 'GenericError', ...reply.error } } : { return: reply.return };
  }

  #negotiate({ enable = [], ...others }: JsonObject, connection: Connection): JsonObject {
    if (connection.negotiated) {
      const desc = 'Capabilities negotiation is already complete, command ignored';
      return this.#refuse('the client negotiated twice', desc, 'CommandNotFound');
    }
    const [surplus] = Object.keys(others);
    const wanted: readonly JsonValue[] = Array.isArray(enable) ? enable : [];
    const unknown = wanted.find((capability) => !this.#offered.includes(String(capability)));
    const wrong = !Array.isArray(enable)
      ? "Invalid parameter type for 'enable', expected: array"
      : unknown !== undefined
        ? `Parameter 'null' does not accept value '${unknown}'`
        : surplus !== undefined
          ? `Parameter '${surplus}' is unexpected`
          : undefined;
    if (wrong !== undefined) return this.#refuse(`the client's qmp_capabilities is wrong: ${wrong}`, wrong);
    connection.negotiated = true;
    connection.oob = wanted.includes('oob');
    return { return: {} };
  }

  #refuse(
    violation: string,
    desc: string,
    errorClass: ErrorClass = 'GenericError',
  ): { error: JsonObject & { desc: string } } {
    this.#violation(violation);
    return { error: { class: errorClass, desc } };
  }

  /** The answer to a command that this server would not take. */
  #refusal(name: string, args: JsonObject, oob: boolean): ScriptedReply | undefined {
    const entity = this.#check.command(name);
    if (entity === undefined && name !== 'query-qmp-schema') {
      this.#violation(`the client sent "${name}", which the schema does not have`);
      return { error: { class: 'CommandNotFound', desc: `The command ${name} has not been found` } };
    }
    if (oob && entity?.['allow-oob'] !== true) {
      this.#violation(`the client sent "${name}" out-of-band, which the schema does not allow`);
      return { error: { desc: `The command ${name} does not support OOB` } };
    }
    if (entity === undefined) return undefined;
    const problem = this.#check.problem(entity['arg-type'], args, name, anyMembers.has(name));
    if (problem === undefined) return undefined;
    this.#violation(`the client sent wrong arguments: ${problem}`);
    return { error: { desc: `Parameter error: ${problem}` } };
  }

  #next(name: string, args: JsonObject): ScriptedReply | Promise<ScriptedReply> {
    const handlers = this.#script.get(name);
    const handler = handlers !== undefined && handlers.length > 1 ? handlers.shift() : handlers?.[0];
    if (handler !== undefined) return handler(args, this);
    this.#violation(`"${name}" came, and no reply is scripted for it`);
    return { error: { desc: `no reply is scripted for "${name}"` } };
  }

  #mustBeTrue(command: string, reply: ScriptedReply | ScriptedHandler): void {
    if (this.#check.command(command) === undefined) throw nonsense(`the schema has no command "${command}"`);
    if (typeof reply === 'function') return;
    const problem = this.#replyProblem(command, reply);
    if (problem !== undefined) throw nonsense(problem);
  }

  #replyProblem(name: string, reply: ScriptedReply): string | undefined {
    if (reply === 'silence') return undefined;
    const [member, surplus] = Object.keys(reply);
    if (surplus !== undefined || (member !== 'return' && member !== 'error')) {
      return `reply to ${name}: it has to be {return}, {error} or 'silence'`;
    }
    if ('error' in reply) {
      const { class: errorClass = 'GenericError', desc } = reply.error;
      if (typeof desc === 'string' && errorClasses.includes(errorClass)) return undefined;
      return `error of ${name}: QEMU has no error ${encodeCompact({ class: errorClass, desc })}`;
    }
    const entity = this.#check.command(name);
    return entity === undefined
      ? undefined
      : this.#check.problem(entity['ret-type'], reply.return, `return of ${name}`);
  }

  #violation(problem: string): void {
    this.#problems.push(problem);
  }
}

function say(wire: Chardev, message: JsonObject): void {
  wire.write(`${encodeCompact(message)}\r\n`);
}

function nonsense(problem: string): QmpError {
  return new QmpError('QMP_OPTION_INVALID', `the script is wrong: ${problem}`);
}

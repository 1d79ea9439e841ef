import type { SchemaInfo } from '../api/index.js';
import { encodeCompact, JsonReader } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { memoryChardevs } from './memory-chardev.js';
import { SchemaCheck } from './schema-check.js';

/** What a scripted command does: a value to return, an error, silence, or a function that decides. */
export type ScriptedReply =
  | { readonly return: JsonValue }
  | { readonly error: { readonly class?: string; readonly desc: string } }
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

/**
 * A QMP server that does what a test tells it, and only what its schema allows: a script that returns nonsense fails
 * when it runs, and a client that sends nonsense is answered with an error and reported by {@link verify}.
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
  #wire: (Chardev & { fail(error: Error): void }) | undefined;

  constructor(options: ScriptedPeerOptions) {
    this.#options = options;
    this.#check = new SchemaCheck(options.schema);
    this.when('query-qmp-schema', () => ({ return: options.schema as unknown as JsonValue }), true);
  }

  /** Opens a connection to this peer; give it to `connect()`. A new one takes the place of the last. */
  readonly open = async (): Promise<Chardev> => {
    const [near, far] = memoryChardevs({ labels: ['scripted', 'client'] });
    const reader = new JsonReader({
      message: (value) => void this.#take(value as JsonObject),
      error: ({ message }) => this.#violation(`the client sent what is not JSON: ${message}`),
    });
    far.start({
      data: (chunk) => reader.push(chunk),
      end: () => void far.close(),
      drain: () => undefined,
      close: () => undefined,
    });
    this.#wire = far;
    const { version = { major: 7, minor: 2, micro: 22 }, capabilities = ['oob'] } = this.#options;
    if (this.#options.silent !== true)
      this.#say({ QMP: { version: { qemu: version, package: 'scripted' }, capabilities } });
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
   * Raises an event.
   *
   * @throws {QmpError} QMP_OPTION_INVALID when the schema has no such event or its data is something else.
   */
  raise(event: string, data?: JsonObject): void {
    const entity = this.#check.event(event);
    if (entity === undefined) throw nonsense(`the schema has no event "${event}"`);
    const problem = this.#check.problem(entity['arg-type'], data ?? {}, event);
    if (problem !== undefined) throw nonsense(problem);
    this.#say({ timestamp: { seconds: 0, microseconds: 0 }, event, ...(data === undefined ? {} : { data }) });
  }

  /** Sends bytes as they are, right or wrong. */
  say(text: string): void {
    this.#wire?.write(text);
  }

  /** Ends the connection: orderly, or with an error as a network fault does. */
  async drop(error?: Error): Promise<void> {
    if (error === undefined) await this.#wire?.close();
    else this.#wire?.fail(error);
  }

  /** @throws {QmpError} QMP_PROTOCOL with everything that the client or a script function got wrong. */
  verify(): void {
    if (this.#problems.length === 0) return;
    throw new QmpError('QMP_PROTOCOL', this.#problems.join('; '));
  }

  async #take(message: JsonObject): Promise<void> {
    const name = message.execute ?? message['exec-oob'];
    const id = message.id === undefined ? {} : { id: message.id };
    if (typeof name !== 'string') return this.#violation(`the client sent ${encodeCompact(message)}`);
    if (name === 'qmp_capabilities') return this.#say({ return: {}, ...id });
    this.commands.push(message);
    const args = (message.arguments ?? {}) as JsonObject;
    const refusal = this.#refusal(name, args);
    const reply = refusal ?? (await this.#next(name, args));
    if (reply === 'silence') return;
    if ('error' in reply) return this.#say({ error: { class: 'GenericError', ...reply.error }, ...id });
    const problem = this.#returnProblem(name, reply.return);
    if (problem !== undefined) this.#violation(`the script is wrong: ${problem}`);
    this.#say({ return: reply.return, ...id });
  }

  /** The answer to a command that this server would not take. */
  #refusal(name: string, args: JsonObject): ScriptedReply | undefined {
    const entity = this.#check.command(name);
    if (entity === undefined && name !== 'query-qmp-schema') {
      this.#violation(`the client sent "${name}", which the schema does not have`);
      return { error: { class: 'CommandNotFound', desc: `The command ${name} has not been found` } };
    }
    const problem = entity === undefined ? undefined : this.#check.problem(entity['arg-type'], args, name);
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
    if (typeof reply !== 'object' || !('return' in reply)) return;
    const problem = this.#returnProblem(command, reply.return);
    if (problem !== undefined) throw nonsense(problem);
  }

  #returnProblem(name: string, value: JsonValue): string | undefined {
    const entity = this.#check.command(name);
    return entity === undefined ? undefined : this.#check.problem(entity['ret-type'], value, `return of ${name}`);
  }

  #violation(problem: string): void {
    this.#problems.push(problem);
  }

  #say(message: JsonObject): void {
    this.say(`${encodeCompact(message)}\r\n`);
  }
}

function nonsense(problem: string): QmpError {
  return new QmpError('QMP_OPTION_INVALID', `the script is wrong: ${problem}`);
}

import type { JsonObject, JsonValue } from '../json/index.js';
import { QmpError, redactArguments } from '../protocol/index.js';
import { isObject, type Request, readRequest } from '../protocol/request.js';
import type { Command, CommandContext } from './command.js';
import { type CompatPolicy, crashes, hidesSome, refusal } from './compat.js';
import type { MonitorSession } from './monitor-session.js';
import { Prepared } from './prepared.js';
import type { CommandRegistry } from './registry.js';
import type { CommandResult } from './result.js';
import type { Connection } from './session.js';
import { type MonitorTrace, redactCause, redactDescription } from './trace.js';

/** What an authorisation hook is asked about. */
export interface AuthorizationRequest {
  readonly session: MonitorSession;
  readonly command: string;
  /** As sent, secrets included. */
  readonly arguments: JsonObject;
  readonly oob: boolean;
}

/** What an {@link Answerer} needs. */
interface AnswerOptions {
  readonly monitor: { readonly commands: CommandRegistry; readonly preconfig: boolean };
  readonly emit: (event: string, data?: JsonObject) => void;
  readonly compat: CompatPolicy;
  readonly crash: (reason: string) => void;
  readonly authorize: ((request: AuthorizationRequest) => string | undefined) | undefined;
  readonly trace: ((event: MonitorTrace) => void) | undefined;
  readonly lateReplies: 'drop' | 'next-client';
}

/** A refusal before the command ran. */
interface Refusal {
  readonly errorClass: 'GenericError' | 'CommandNotFound';
  readonly text: string;
}

/** Turns one message into its reply: looks at its shape, finds the command, checks it and runs it. */
export class Answerer {
  readonly #options: AnswerOptions;
  /** Somebody looks: without, nothing is made for a trace. */
  readonly #traced: boolean;
  readonly #hides: boolean;
  readonly #shown = new WeakMap<Prepared, Prepared>();

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#traced = options.trace !== undefined;
    this.#hides = hidesSome(options.compat);
  }

  /** @returns a promise, which never rejects, when the command takes longer than this turn. */
  answer(connection: Connection, value: JsonValue | undefined, fault: string | undefined): Promise<void> | undefined {
    if (value === undefined) return this.#refuse(connection, generic(fault ?? ''), undefined);
    if (!isObject(value)) return this.#refuse(connection, generic('QMP input must be a JSON object'), undefined);
    const request = readRequest(value, connection.oob);
    if (typeof request === 'string') return this.#refuse(connection, generic(request), value.id);
    return this.#command(connection, request, value.id);
  }

  #command(connection: Connection, request: Request, id: JsonValue | undefined): Promise<void> | undefined {
    const { name, args, oob } = request;
    const command = this.#options.monitor.commands.get(name);
    let refused: Refusal | 'crash' | undefined;
    try {
      refused = this.#check(connection, request, command);
    } catch (error) {
      // A hook or a validator that throws has allowed nothing.
      this.#fail(connection, command as Command, args, error, id, undefined);
      return undefined;
    }
    if (refused === 'crash') {
      this.#options.crash(`command ${name} is refused by policy`);
      return undefined;
    }
    if (command === undefined || refused !== undefined) {
      return this.#refuse(connection, refused ?? generic(''), id, name, command, args);
    }
    if (this.#traced)
      this.#trace({
        type: 'command',
        session: connection,
        command: name,
        arguments: redactArguments(name, args, command.secrets),
        oob,
      });
    return this.#run(connection, command, args, new Context(connection, oob, this.#options.emit), id);
  }

  /** The checks before a command runs, in QEMU's order (`qapi/qmp-dispatch.c`). */
  #check(connection: Connection, request: Request, command: Command | undefined): Refusal | 'crash' | undefined {
    const { name, args, oob } = request;
    if (connection.state === 'negotiating' && name !== 'qmp_capabilities') {
      return notFound("Expecting capabilities negotiation with 'qmp_capabilities'");
    }
    if (command === undefined) return notFound(`The command ${name} has not been found`);
    if (command.features !== undefined) {
      const policy = refusal(this.#options.compat, name, command.features);
      if (policy !== undefined) return policy === 'crash' ? policy : notFound(policy);
    }
    if (oob && command.allowOob !== true) return generic(`The command ${name} does not support OOB`);
    if (this.#options.monitor.preconfig && command.allowPreconfig !== true) {
      return generic(`The command '${name}' is permitted only after machine initialization has completed`);
    }
    if (this.#options.authorize !== undefined && name !== 'qmp_capabilities') {
      const text = this.#options.authorize({ session: connection, command: name, arguments: args, oob });
      if (text !== undefined) return generic(text);
    }
    const fault = command.validate?.(args, this.#options.compat);
    if (fault === undefined) return undefined;
    return crashes(this.#options.compat, fault) ? 'crash' : generic(fault);
  }

  #run(
    connection: Connection,
    command: Command,
    args: JsonObject,
    context: Context,
    id: JsonValue | undefined,
  ): Promise<void> | undefined {
    try {
      const result = command.handler(args, context);
      if (isPromise(result)) {
        return result
          .then((value) => this.#reply(connection, command, value, id, context))
          .catch((error: unknown) => this.#fail(connection, command, args, error, id, context));
      }
      this.#reply(connection, command, result, id, context);
    } catch (error) {
      this.#fail(connection, command, args, error, id, context);
    }
    return undefined;
  }

  #reply(
    connection: Connection,
    command: Command,
    result: CommandResult,
    id: JsonValue | undefined,
    context: Context,
  ): void {
    const target = this.#target(connection);
    if (command.successResponse !== false) target?.reply(this.#visible(command, result), id);
    if (this.#traced) this.#trace({ type: 'reply', session: connection, command: command.name });
    context.replied();
  }

  /** A result without what the policies hide. What is prepared is made once, and prepared again. */
  #visible({ output }: Command, result: CommandResult): CommandResult {
    if (!this.#hides || output === undefined || result === undefined) return result;
    if (!(result instanceof Prepared)) return output(result, this.#options.compat);
    let shown = this.#shown.get(result);
    if (shown === undefined) {
      shown = new Prepared(output(result.value, this.#options.compat));
      this.#shown.set(result, shown);
    }
    return shown;
  }

  #fail(
    connection: Connection,
    command: Command,
    args: JsonObject,
    error: unknown,
    id: JsonValue | undefined,
    context: Context | undefined,
  ): void {
    const known = QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED';
    const errorClass = (known ? error.errorClass : undefined) ?? 'GenericError';
    const text = known ? error.message : `The command ${command.name} failed by an internal error`;
    const target = this.#target(connection);
    target?.send(target.printer.error(errorClass, text, id));
    if (this.#traced) {
      const clean = (dirty: string) => redactDescription(dirty, command.name, args, command.secrets);
      const cause = known ? {} : { cause: redactCause(error, clean) };
      const description = clean(text);
      this.#trace({ type: 'error', session: connection, command: command.name, errorClass, description, ...cause });
    }
    context?.replied();
  }

  #refuse(
    connection: Connection,
    { errorClass, text }: Refusal,
    id: JsonValue | undefined,
    name?: string,
    command?: Command,
    args: JsonObject = {},
  ): undefined {
    connection.send(connection.printer.error(errorClass, text, id));
    if (!this.#traced) return;
    const description = redactDescription(text, name, args, command?.secrets);
    this.#trace({ type: 'error', session: connection, command: name, errorClass, description });
  }

  #trace(event: MonitorTrace): void {
    if (this.#options.trace !== undefined) apart(this.#options.trace, event);
  }

  /** Who gets a reply: the one who asked, if still there. */
  #target(connection: Connection): Connection | undefined {
    if (connection.state !== 'closed') return connection;
    return this.#options.lateReplies === 'next-client' ? connection.port.current : undefined;
  }
}

/** One call's {@link CommandContext}. */
class Context implements CommandContext {
  readonly session: Connection;
  readonly oob: boolean;
  readonly emit: (event: string, data?: JsonObject) => void;
  #callbacks: (() => void)[] | undefined;

  constructor(session: Connection, oob: boolean, emit: (event: string, data?: JsonObject) => void) {
    this.session = session;
    this.oob = oob;
    this.emit = emit;
  }

  get signal(): AbortSignal {
    return this.session.signal;
  }

  get takeFds(): () => readonly number[] | undefined {
    return () => this.session.takeFds();
  }

  /** A getter, so that a handler may take it out of its context. */
  get afterReply(): (callback: () => void) => void {
    return (callback) => {
      this.#callbacks ??= [];
      this.#callbacks.push(callback);
    };
  }

  replied(): void {
    for (const callback of this.#callbacks ?? []) apart(callback, undefined);
  }
}

/** Calls a hook. What it throws is its own fault and surfaces as an uncaught error: it must not become a second reply. */
function apart<T>(hook: (argument: T) => void, argument: T): void {
  try {
    hook(argument);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function generic(text: string): Refusal {
  return { errorClass: 'GenericError', text };
}

function notFound(text: string): Refusal {
  return { errorClass: 'CommandNotFound', text };
}

function isPromise(value: unknown): value is Promise<CommandResult> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

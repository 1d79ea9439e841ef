import { type JsonObject, type JsonValue, stringify } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import { exitCode } from '../cli/exit-code.js';
import { exitCodeOf } from '../cli/failure.js';
import { caret, InputError } from '../language/input-error.js';
import { type Call, learning, parseStatement, type Statement } from '../language/statement.js';
import { typeCall, typeTransaction } from '../language/typed.js';
import { jsonText } from '../output/json-text.js';
import { printable } from '../output/printable.js';
import { showValue } from '../output/show-value.js';
import type { Theme } from '../output/theme.js';
import { asObject } from '../vm-info/read-json.js';
import { showHelp } from './help-text.js';
import { type LocalEffect, localNames, runLocal } from './local-commands.js';
import { errorReply, serverText } from './message-text.js';
import { type Request, readRaw } from './raw-message.js';
import type { Server } from './server.js';
import type { Printer, ShellSettings } from './settings.js';

/** What came of one input. */
export interface Outcome {
  /** {@link exitCode} of this input alone. */
  readonly code: number;
  /** What a dot command asks of the shell. */
  readonly effect?: LocalEffect;
}

/** Carries out what was typed, one input at a time. */
export class Interpreter {
  readonly #server: Server;
  readonly #settings: ShellSettings;
  readonly #printer: Printer;
  readonly #theme: Theme;

  constructor(server: Server, settings: ShellSettings, printer: Printer, theme: Theme) {
    this.#server = server;
    this.#settings = settings;
    this.#printer = printer;
    this.#theme = theme;
  }

  /**
   * Runs one input.
   *
   * @throws {IncompleteInput} when it wants another line.
   * @throws {QmpError} when the connection is lost.
   */
  async run(text: string, signal?: AbortSignal): Promise<Outcome> {
    try {
      if (this.#settings.hmp && !/^\s*\./.test(text)) return await this.#human(text.trim(), signal);
      return await this.#statement(parseStatement(text), signal);
    } catch (error) {
      if (error instanceof InputError && error.name !== 'IncompleteInput') return this.#mistake(text, error);
      throw error;
    }
  }

  async #statement(statement: Statement, signal: AbortSignal | undefined): Promise<Outcome> {
    switch (statement.kind) {
      case 'empty':
        return { code: exitCode.done };
      case 'local':
        return runLocal(statement, this.#settings, this.#printer);
      case 'help':
        await this.#server.ready();
        if (statement.topic !== undefined) await this.#server.learn(...learning(statement.topic));
        return this.#help(statement.topic);
      case 'raw':
        return this.#send(readRaw(statement.message), signal);
      case 'command': {
        await this.#server.ready();
        this.#checkLocal(statement.call);
        await this.#server.learn(...learning(statement.call));
        return this.#send({ ...typeCall(statement.call, this.#server.schema), oob: statement.oob }, signal);
      }
      case 'transaction':
        await this.#server.ready();
        return this.#send({ ...typeTransaction(statement.actions, this.#server.schema), oob: false }, signal);
    }
  }

  /** Who types `exit` means the shell's own command. */
  #checkLocal({ name, nameSpan }: Call): void {
    if (!localNames.includes(name) || this.#server.commandNames.includes(name)) return;
    throw new InputError(`this server has no command '${name}'`, nameSpan, `.${name} is for this shell`);
  }

  async #help(topic: Call | undefined): Promise<Outcome> {
    const { schema, commandNames } = this.#server;
    const { text, found } = showHelp(topic, schema, commandNames, this.#theme, this.#printer.columns);
    if (found) await this.#printer.page(text);
    else this.#printer.complain(text);
    return { code: found ? exitCode.done : exitCode.usage };
  }

  async #send(request: Request, signal: AbortSignal | undefined): Promise<Outcome> {
    const id = request.id === undefined ? {} : { id: request.id };
    if (this.#settings.verbose) {
      const verb = request.oob ? 'exec-oob' : 'execute';
      const args = Object.keys(request.args).length === 0 ? {} : { arguments: request.args };
      this.#printer.print(this.#json({ [verb]: request.name, ...args, ...id }));
    }
    try {
      const options = { oob: request.oob, signal };
      const value = await this.#server.execute(request.name, request.args, options);
      await this.#printer.page(await this.#reply(value, id));
      return { code: exitCode.done };
    } catch (error) {
      if (!QmpError.is(error)) throw error;
      return this.#refused(error, request.name, id);
    }
  }

  async #reply(value: JsonValue, id: JsonObject): Promise<string> {
    const { json, verbose, pretty } = this.#settings;
    if (json || verbose || pretty) return this.#json({ return: value, ...id });
    const isEmpty = Object.keys(asObject(value) ?? { some: 1 }).length === 0;
    return isEmpty ? this.#theme.good('ok') : showValue(value, this.#theme, this.#printer.columns);
  }

  #refused(error: QmpError, command: string, id: JsonObject): Outcome {
    const code = exitCodeOf(error);
    if (error.code === 'QMP_COMMAND_FAILED') {
      const { json, verbose } = this.#settings;
      if (json || verbose) this.#printer.print(this.#json({ ...errorReply(error), ...id }));
      else this.#complain(serverText(error), error.errorClass === 'GenericError' ? undefined : error.errorClass);
      return { code };
    }
    if (error.code === 'QMP_ABORTED') {
      this.#complain(`no longer waiting for ${command}`, 'it was sent, and may still be carried out');
      return { code };
    }
    if (code === exitCode.connection && this.#server.client.state !== 'reconnecting' && error.code !== 'QMP_STATE')
      throw error;
    this.#complain(error.message, error.hint);
    return { code };
  }

  async #human(line: string, signal: AbortSignal | undefined): Promise<Outcome> {
    if (line === '') return { code: exitCode.done };
    const cpu = this.#settings.cpu === undefined ? {} : { 'cpu-index': this.#settings.cpu };
    const args = { 'command-line': line, ...cpu };
    const chosen = /^cpu\s+(\d+)$/.exec(line)?.[1];
    const outcome = await this.#send({ name: 'human-monitor-command', args, oob: false }, signal);
    // The server forgets its CPU after each command; it is sent along from now on.
    if (chosen !== undefined && outcome.code === exitCode.done) this.#settings.cpu = Number(chosen);
    return outcome;
  }

  #mistake(text: string, error: InputError): Outcome {
    const place = text.includes('\n') || text.length > 20 ? `${caret(text, error.span)}\n` : '';
    if (!this.#settings.json)
      this.#printer.complain(`${this.#theme.faint(printable(place))}${this.#mistakeText(error)}`);
    else this.#printer.complain(this.#mistakeText(error));
    return { code: exitCode.usage };
  }

  #mistakeText(error: InputError): string {
    return (
      this.#theme.error(printable(error.message)) + (error.hint === undefined ? '' : ` (${printable(error.hint)})`)
    );
  }

  #complain(message: string, note: string | undefined): void {
    this.#printer.complain(this.#theme.error(printable(message)) + (note === undefined ? '' : ` (${printable(note)})`));
  }

  #json(value: JsonObject): string {
    const { pretty, json } = this.#settings;
    if (json) return stringify(value, { pretty }).replaceAll('\r', '');
    return jsonText(value, this.#theme, pretty);
  }
}

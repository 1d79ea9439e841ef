import type { Status } from 'qmp';
import type { Invocation } from '../cli/command-spec.js';
import { exitCode } from '../cli/exit-code.js';
import type { Learn } from '../completion/candidate.js';
import { complete } from '../completion/complete.js';
import { IncompleteInput } from '../language/input-error.js';
import { type Call, learning, parseStatement } from '../language/statement.js';
import { page } from '../output/pager.js';
import { printable } from '../output/printable.js';
import { type Theme, themeFor } from '../output/theme.js';
import { showHelp } from './help-text.js';
import { HistoryFile, historyPath, mayHoldSecret } from './history.js';
import { HumanCompleter } from './human-completer.js';
import { Interpreter, type Outcome } from './interpreter.js';
import { type Editor, type EditorHost, type Input, LineEditor } from './line-editor.js';
import { localNames } from './local-commands.js';
import { type Ask, machineLookup } from './lookups.js';
import { eventText } from './message-text.js';
import { PlainEditor } from './plain-editor.js';
import type { Server } from './server.js';
import type { Printer, ShellSettings } from './settings.js';

/** How long completion waits for the machine, in milliseconds. */
const lookupTimeout = 3000;

/** The shell on a terminal. */
export class InteractiveShell {
  readonly #call: Invocation;
  readonly #server: Server;
  readonly #settings: ShellSettings;
  readonly #theme: Theme;
  readonly #history: HistoryFile | undefined;
  readonly #editor: Editor;
  readonly #printer: Printer;
  readonly #interpreter: Interpreter;
  #running: AbortController | undefined;
  #forget = (): void => undefined;
  #pending = '';
  /** The lines of an input that the history has not yet. */
  #unfinished = '';
  #gone = false;

  constructor(call: Invocation, server: Server, settings: ShellSettings, address: string) {
    const { input, output, env } = call.io;
    this.#call = call;
    this.#server = server;
    this.#settings = settings;
    this.#theme = themeFor(output, env);
    this.#history = call.options.history === false ? undefined : new HistoryFile(historyPath(address, env));
    const host = this.#editorHost();
    this.#editor =
      env.TERM === 'dumb'
        ? new PlainEditor(input, output, host)
        : new LineEditor(input, output, this.#theme, this.#history?.lines ?? [], host);
    this.#printer = {
      print: (text) => this.#editor.print(text),
      complain: (text) => this.#editor.print(text),
      page: (text) => page(text, call.io, this.#editor),
      get columns() {
        return output.columns ?? 80;
      },
    };
    this.#interpreter = new Interpreter(server, settings, this.#printer, this.#theme);
  }

  /** Runs until Ctrl-D, `.exit`, or the machine is gone. */
  async run(): Promise<number> {
    this.#greet();
    const unlisten = this.#server.client.on('*', (event) => {
      if (this.#settings.events.shows(event.event)) this.#editor.print(eventText(event, this.#theme));
    });
    const ended = this.#followStatus();
    try {
      for (;;) {
        const input = await Promise.race([this.#editor.ask(this.#prompt()), ended]);
        if (typeof input === 'number') return input;
        if (await this.#take(input)) return exitCode.done;
      }
    } finally {
      unlisten();
      this.#editor.close(this.#gone);
      if (!this.#gone) this.#call.io.output.write('\n');
    }
  }

  #greet(): void {
    const version = this.#server.client.version?.qemu;
    const name = version === undefined ? 'a guest agent' : `QEMU ${version.major}.${version.minor}.${version.micro}`;
    this.#printer.print(`Connected to ${name} at ${this.#server.client.label}. Type help for help.`);
  }

  #prompt(): string {
    if (this.#pending !== '') return '... ';
    const lost = this.#server.client.state === 'reconnecting' ? ', not connected' : '';
    return this.#settings.hmp ? `(qemu${lost}) ` : `(QEMU${lost}) `;
  }

  /** @returns true to leave. */
  async #take(input: Input): Promise<boolean> {
    if (input.kind === 'end') return true;
    if (input.kind === 'interrupt') {
      this.#unfinished = '';
      if (input.line === '' && this.#pending === '') this.#printer.print('Ctrl-D leaves; quit ends the machine.');
      this.#pending = '';
      return false;
    }
    const text = this.#pending === '' ? input.text : `${this.#pending}\n${input.text}`;
    this.#running = new AbortController();
    try {
      const outcome = await this.#interpreter.run(text, this.#running.signal);
      this.#pending = '';
      return this.#effect(outcome);
    } catch (error) {
      if (error instanceof IncompleteInput) this.#pending = text;
      else {
        this.#pending = '';
        this.#printer.complain(this.#theme.error(printable(error instanceof Error ? error.message : String(error))));
      }
      return false;
    } finally {
      this.#running = undefined;
    }
  }

  #effect({ effect }: Outcome): boolean {
    if (effect === 'history') this.#printer.print([...(this.#history?.lines ?? [])].reverse().slice(-50).join('\n'));
    if (effect === 'status') {
      const { client } = this.#server;
      this.#printer.print(
        `${client.label}: ${client.state}, capabilities: ${client.capabilities.join(', ') || 'none'}`,
      );
    }
    return effect === 'exit';
  }

  /** Tells what happens to the connection. Resolves with the exit code when it is over. */
  async #followStatus(): Promise<number> {
    let code: number = exitCode.connection;
    for await (const status of this.#server.client.status()) {
      const text = this.#statusText(status);
      if (text !== undefined) this.#printer.print(text);
      if (status.type === 'connected' && status.reconnected) {
        this.#server.load();
        this.#forget();
      }
      if (status.type === 'disconnected' && status.orderly) code = exitCode.done;
      if (status.type === 'closed' && status.error === undefined) code = exitCode.done;
      if (status.type !== 'slow') this.#editor.changePrompt(this.#prompt());
    }
    this.#gone = true;
    return code;
  }

  #statusText(status: Status): string | undefined {
    switch (status.type) {
      case 'connected':
        return status.reconnected ? this.#theme.good('connected again') : undefined;
      case 'disconnected':
        if (status.orderly) return this.#theme.warning('QEMU has ended');
        return this.#theme.error(`connection lost: ${printable(status.error.message)}`);
      case 'reconnecting':
        return status.attempt === 1 ? this.#theme.faint('trying to connect again; .exit leaves') : undefined;
      case 'slow':
        // What completion asks for is nobody's command.
        if (this.#running === undefined) return undefined;
        return this.#theme.faint(`${status.command} takes long; Ctrl-C stops waiting`);
      case 'unexpected':
        return this.#theme.warning(`unexpected message: ${printable(status.why)}`);
      case 'warning':
        return this.#theme.warning(`${printable(status.what)} is ${status.feature}`);
      case 'closed':
      case 'recovered':
      case 'overflow':
      case 'callback-failed':
        return undefined;
    }
  }

  #editorHost(): EditorHost {
    const learn: Learn = (command, given) => this.#server.learn(command, given).catch(() => undefined);
    const ask: Ask = (name, args) => this.#server.client.execute(name, args, { timeout: lookupTimeout });
    const lookup = machineLookup(ask);
    const human = new HumanCompleter(ask, lookup);
    this.#forget = () => human.forget();
    return {
      complete: async (line) => {
        await this.#server.ready();
        const before = this.#pending === '' ? '' : `${this.#pending}\n`;
        const { schema, commandNames } = this.#server;
        const { from, candidates } = this.#settings.hmp
          ? await human.complete(line)
          : await complete(before + line, { schema, commandNames, localNames, lookup, learn });
        return { from: Math.max(0, from - before.length), candidates };
      },
      help: (line) => this.#helpAt(line),
      remember: (typed) => {
        const line = this.#wholeLine(typed);
        if (line === undefined || mayHoldSecret(line)) return undefined;
        if (this.#history?.lines[0] !== line) {
          this.#history?.add(line);
          this.#history?.lines.unshift(line);
        }
        return line;
      },
      interrupt: () => this.#running?.abort(),
    };
  }

  /**
   * What the history keeps of a line: of an input over several lines all of it, on one, once it is complete. The lines
   * of a transaction cannot be joined.
   */
  #wholeLine(typed: string): string | undefined {
    if (this.#settings.hmp) return typed;
    // Not the text that waits to be run: lines may come faster than they are run.
    const text = this.#unfinished === '' ? typed : `${this.#unfinished}\n${typed}`;
    this.#unfinished = isIncomplete(text) ? text : '';
    if (/^\s*transaction\b/.test(text)) return typed;
    return this.#unfinished === '' ? text.replace(/\\?\n\s*/g, ' ') : undefined;
  }

  /** `?` where a word would start explains the command. */
  #helpAt(line: string): Promise<string> | undefined {
    if (this.#pending !== '' || !/^\s*[a-z].*\s$/i.test(line)) return undefined;
    if (this.#settings.hmp) return this.#humanHelp(line);
    try {
      const statement = parseStatement(line);
      return statement.kind === 'command' ? this.#helpFor(statement.call) : undefined;
    } catch {
      return undefined;
    }
  }

  async #humanHelp(line: string): Promise<string> {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    const args = { 'command-line': `help ${first === 'info' ? `info ${second}` : first}` };
    const text = await this.#server.execute('human-monitor-command', args, { timeout: lookupTimeout }).catch(() => '');
    return printable(String(text).replaceAll('\r\n', '\n')).trimEnd();
  }

  async #helpFor(call: Call): Promise<string> {
    await this.#server.ready();
    await this.#server.learn(...learning(call));
    const { schema, commandNames } = this.#server;
    return showHelp(call, schema, commandNames, this.#theme, this.#printer.columns).text;
  }
}

function isIncomplete(text: string): boolean {
  try {
    parseStatement(text);
    return false;
  } catch (error) {
    return error instanceof IncompleteInput;
  }
}

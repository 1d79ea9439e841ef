import { createInterface } from 'node:readline';
import type { JsonValue } from 'qmp/json';
import { stringify } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../cli/command-spec.js';
import { exitCode } from '../cli/exit-code.js';
import { flag } from '../cli/options.js';
import { IncompleteInput } from '../language/input-error.js';
import { plainTheme } from '../output/theme.js';
import { Interpreter } from './interpreter.js';
import type { Server } from './server.js';
import type { Printer, ShellSettings } from './settings.js';

/**
 * Runs a shell whose input or output is no terminal: one command a line, one reply a line. Lines that begin with `#`
 * are comments.
 *
 * @returns the code of the first input that failed, 0 when all were done.
 */
export async function runPiped(call: Invocation, server: Server, settings: ShellSettings): Promise<number> {
  const { input, output, errors, env } = call.io;
  const printer: Printer = {
    print: (text) => void output.write(`${text}\n`),
    complain: (text) => void errors.write(`${call.tool}: ${text}\n`),
    page: async (text) => void output.write(`${text}\n`),
    columns: Number(env.COLUMNS) || 80,
  };
  const unlisten = server.client.on('*', (event) => {
    if (!settings.events.shows(event.event)) return;
    const { event: name, data, timestamp } = event;
    const message = { timestamp, event: name, ...(data === undefined ? {} : { data }) };
    printer.print(stringify(message as unknown as JsonValue));
  });
  try {
    return await runLines(call, input, new Interpreter(server, settings, printer, plainTheme), printer);
  } catch (error) {
    // Closed by what was asked for, as after quit: the rest of the input has nobody to go to.
    if (QmpError.is(error) && server.client.state === 'closed') return hasMoreToSay(error, printer);
    throw error;
  } finally {
    unlisten();
  }
}

async function runLines(
  call: Invocation,
  input: NodeJS.ReadStream,
  interpreter: Interpreter,
  printer: Printer,
): Promise<number> {
  const stopAtError = flag(call, 'stopOnError');
  let first: number = exitCode.done;
  let pending = '';
  let incomplete: IncompleteInput | undefined;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (pending === '' && line.trimStart().startsWith('#')) continue;
    const text = pending === '' ? line : `${pending}\n${line}`;
    try {
      const { code, effect } = await interpreter.run(text);
      if (first === exitCode.done) first = code;
      if (effect === 'exit' || (stopAtError && code !== exitCode.done)) return first;
      pending = '';
      incomplete = undefined;
    } catch (error) {
      if (!(error instanceof IncompleteInput)) throw error;
      pending = text;
      incomplete = error;
    }
  }
  if (incomplete === undefined) return first;
  printer.complain(`the input ends too early: ${incomplete.message}`);
  return first === exitCode.done ? exitCode.usage : first;
}

function hasMoreToSay(error: QmpError, printer: Printer): number {
  printer.complain(error.message + (error.hint === undefined ? '' : ` (${error.hint})`));
  return exitCode.connection;
}

import type { QmpClient } from 'qmp';
import type { Invocation } from '../cli/command-spec.js';
import { flag, textOption } from '../cli/options.js';
import { EventFilter } from './event-filter.js';
import { Server } from './server.js';
import type { ShellSettings } from './settings.js';

/** Runs a shell over a client: with a line editor on a terminal, line by line otherwise. */
export async function converse(call: Invocation, client: QmpClient, address: string): Promise<number> {
  const { input, output } = call.io;
  const onTerminal = input.isTTY === true && output.isTTY === true;
  const server = new Server(client, flag(call, 'skipNegotiation'));
  server.load();
  const settings = readSettings(call, onTerminal);
  if (onTerminal) {
    const { InteractiveShell } = await import('./interactive.js');
    return new InteractiveShell(call, server, settings, address).run();
  }
  const { runPiped } = await import('./piped.js');
  return runPiped(call, server, settings);
}

function readSettings(call: Invocation, onTerminal: boolean): ShellSettings {
  const hmp = flag(call, 'hmp');
  const events = new EventFilter();
  const patterns = textOption(call, 'events');
  if (patterns !== undefined) events.set(patterns.split(/[\s,]+/).filter((word) => word !== ''));
  else if (!onTerminal) events.set(['off']);
  return {
    verbose: flag(call, 'verbose'),
    pretty: flag(call, 'pretty'),
    json: flag(call, 'json') || (!onTerminal && !hmp),
    hmp,
    cpu: undefined,
    events,
  };
}

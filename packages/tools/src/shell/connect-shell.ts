import type { QmpClient } from 'qmp';
import type { Invocation } from '../cli/command-spec.js';
import { openAgent, openClient } from '../cli/open-client.js';
import { flag, textOption } from '../cli/options.js';
import type { WireLog } from './wire-log.js';

/** Connects as the options of `qmp-shell` say. */
export async function connectShell(
  call: Invocation,
  address: string,
): Promise<{ client: QmpClient; closeLog: () => void }> {
  const log = await logOf(call);
  const reconnect = call.options.reconnect !== false && call.io.input.isTTY === true;
  const open = flag(call, 'skipNegotiation') ? openAgent : openClient;
  try {
    const client = await open(call, address, { reconnect, wrap: log?.wrap });
    return { client, closeLog: () => log?.close() };
  } catch (error) {
    log?.close();
    throw error;
  }
}

/** The wire log that `--logfile` asks for. */
export async function logOf(call: Invocation): Promise<WireLog | undefined> {
  const path = textOption(call, 'logfile');
  return path === undefined ? undefined : (await import('./wire-log.js')).openWireLog(path);
}

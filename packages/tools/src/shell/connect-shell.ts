import type { QmpClient } from 'qmp';
import type { Invocation } from '../cli/command-spec.js';
import { openAgent, openClient } from '../cli/open-client.js';
import { flag, textOption } from '../cli/options.js';
import { openWireLog } from './wire-log.js';

/** Connects as the options of `qmp-shell` say. */
export async function connectShell(
  call: Invocation,
  address: string,
): Promise<{ client: QmpClient; closeLog: () => void }> {
  const path = textOption(call, 'logfile');
  const log = path === undefined ? undefined : openWireLog(path);
  const more = {
    ...(log === undefined ? {} : { tracer: log.tracer }),
    reconnect: call.options.reconnect !== false && call.io.input.isTTY === true,
  };
  try {
    const client = flag(call, 'skipNegotiation')
      ? await openAgent(call, address, more)
      : await openClient(call, address, more);
    return { client, closeLog: () => log?.close() };
  } catch (error) {
    log?.close();
    throw error;
  }
}

import type { Invocation } from '../cli/command-spec.js';
import { addressOf } from '../cli/options.js';
import { connectShell } from './connect-shell.js';
import { converse } from './converse.js';

/** `qmp-shell` and `qmp shell`. */
export async function run(call: Invocation): Promise<number> {
  const address = addressOf(call);
  const { client, closeLog } = await connectShell(call, address);
  try {
    return await converse(call, client, address);
  } finally {
    client.destroy();
    closeLog();
  }
}

import { basename } from 'node:path';
import { type AnyApi, launch } from 'qmp';
import type { Invocation } from '../cli/command-spec.js';
import { timeoutsOf } from '../cli/open-client.js';
import { logOf } from './connect-shell.js';
import { converse } from './converse.js';

/** `qmp-shell-wrap` and `qmp launch`. */
export async function run(call: Invocation): Promise<number> {
  const [binary = '', ...args] = call.args;
  const log = await logOf(call);
  try {
    const vm = await launch<AnyApi>({
      binary,
      args,
      connect: { timeouts: timeoutsOf(call) },
      ...(log === undefined ? {} : { wrap: log.wrap }),
      stdout: (text) => void call.io.errors.write(text),
      onStderr: (text) => void call.io.errors.write(text),
    });
    try {
      return await converse(call, vm.client, basename(binary));
    } finally {
      // Whoever leaves the shell does not wait for a guest to shut down.
      await vm.shutdown({ powerdown: 0 });
    }
  } finally {
    log?.close();
  }
}

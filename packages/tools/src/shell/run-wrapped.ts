import { basename } from 'node:path';
import type { Invocation } from '../cli/command-spec.js';
import { timeoutsOf } from '../cli/open-client.js';
import { textOption } from '../cli/options.js';
import { converse } from './converse.js';
import { openWireLog } from './wire-log.js';

/** `qmp-shell-wrap` and `qmp launch`. */
export async function run(call: Invocation): Promise<number> {
  const [binary = '', ...args] = call.args;
  const path = textOption(call, 'logfile');
  const log = path === undefined ? undefined : openWireLog(path);
  try {
    const { launch } = await import('qmp');
    const vm = await launch({
      binary,
      args,
      connect: { timeouts: timeoutsOf(call), ...(log === undefined ? {} : { tracer: log.tracer }) },
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

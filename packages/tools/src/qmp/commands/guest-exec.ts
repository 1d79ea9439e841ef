import { setTimeout as delay } from 'node:timers/promises';
import type { QmpClient } from 'qmp';
import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { asCount, asText, member } from '../../vm-info/read-json.js';

/** Runs a program in the guest, prints what it printed, and takes over its exit code. */
export async function runInGuest(call: Invocation, client: QmpClient, words: readonly string[]): Promise<number> {
  const [path, ...arg] = words;
  if (path === undefined) throw new UsageError('a program is missing', 'write exec PROGRAM ARGUMENTS');
  const started = await client.execute('guest-exec', { path, arg, 'capture-output': true });
  const pid = member(started, 'pid') ?? 0;
  let status: JsonValue = await client.execute('guest-exec-status', { pid });
  for (let wait = 10; member(status, 'exited') !== true; wait = Math.min(500, wait * 2)) {
    await delay(wait);
    status = await client.execute('guest-exec-status', { pid });
  }
  call.io.output.write(Buffer.from(asText(member(status, 'out-data')) ?? '', 'base64'));
  call.io.errors.write(Buffer.from(asText(member(status, 'err-data')) ?? '', 'base64'));
  const signal = asCount(member(status, 'signal'));
  if (signal !== undefined) return 128 + Number(signal);
  return Number(asCount(member(status, 'exitcode')) ?? exitCode.done);
}

import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { putValue } from '../../cli/put.js';
import { targetOf } from '../../cli/target.js';
import { qomProperty } from './qom-members.js';

/** `qmp qom get` and `qom-get`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 1, 'PATH.PROPERTY');
  const { path, property, rest: extra } = qomProperty(rest);
  if (extra.length > 0) throw new UsageError(`'${extra[0]}' is one argument too many`, 'write PATH.PROPERTY');
  return withClient(call, address, async (client) => {
    await putValue(call, await client.execute('qom-get', { path, property }));
    return exitCode.done;
  });
}

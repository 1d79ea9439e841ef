import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { putRows } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { asList } from '../../vm-info/read-json.js';
import { isChild, qomName, qomType } from './qom-members.js';

/** `qmp qom ls` and `qom-list`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 0, 1);
  const [path = '/'] = rest;
  return withClient(call, address, async (client) => {
    const members = asList(await client.execute('qom-list', { path }));
    const sorted = [...members].sort((left, right) => Number(isChild(right)) - Number(isChild(left)));
    const rows = sorted.map((one) => [qomName(one) + (isChild(one) ? '/' : ''), qomType(one)]);
    await putRows(call, ['NAME', 'TYPE'], rows, sorted);
    return exitCode.done;
  });
}

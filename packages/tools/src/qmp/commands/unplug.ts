import { unplug } from 'qmp';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { secondsOption } from '../../cli/options.js';
import { say } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';

/** `qmp unplug`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'the id of a device');
  const [id = ''] = rest;
  return withClient(call, address, async (client) => {
    await unplug(client, id, { timeout: secondsOption(call, 'timeout') ?? 30_000 });
    say(call, `unplugged ${id}`);
    return exitCode.done;
  });
}

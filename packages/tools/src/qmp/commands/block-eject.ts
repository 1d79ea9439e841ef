import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { say } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { driveArgument } from './block-drive.js';

/** `qmp block eject`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'a drive');
  const [name = ''] = rest;
  return withClient(call, address, async (client) => {
    await client.execute('eject', { ...(await driveArgument(client, name)), force: flag(call, 'force') });
    say(call, `ejected the medium of ${name}`);
    return exitCode.done;
  });
}

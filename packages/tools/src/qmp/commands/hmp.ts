import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { putJson } from '../../cli/put.js';
import { targetOf } from '../../cli/target.js';
import { printable } from '../../output/printable.js';

/** `qmp hmp`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 1, 'a command of the human monitor');
  return withClient(call, address, async (client) => {
    const text = await client.execute('human-monitor-command', { 'command-line': rest.join(' ') });
    if (flag(call, 'json')) putJson(call, text);
    else if (typeof text === 'string') call.io.output.write(printable(text.replaceAll('\r\n', '\n')));
    return exitCode.done;
  });
}

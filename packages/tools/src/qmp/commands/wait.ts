import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { WaitTimeout } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { secondsOption } from '../../cli/options.js';
import { putEvent } from '../../cli/put-event.js';
import { targetOf } from '../../cli/target.js';
import { foldPairs } from '../../language/tree.js';
import { untypedMembers } from '../../language/untyped.js';
import { pairFromWord } from '../../language/words.js';

/** `qmp wait`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 1, 'the name of an event');
  const [event = '', ...words] = rest;
  const data = untypedMembers(foldPairs(words.map(pairFromWord)));
  const timeout = secondsOption(call, 'timeout');
  const connecting = { ...call, options: { ...call.options, timeout: undefined } };
  return withClient(connecting, address, async (client) => {
    try {
      const options = timeout === undefined ? {} : { timeout };
      putEvent(call, await client.waitFor({ event, data }, options));
      return exitCode.done;
    } catch (error) {
      if (QmpError.is(error) && error.code === 'QMP_COMMAND_TIMEOUT')
        throw new WaitTimeout(`${event} did not come in time`);
      throw error;
    }
  });
}

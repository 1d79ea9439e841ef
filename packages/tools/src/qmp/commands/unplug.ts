import type { QmpClient, ReceivedEvent } from 'qmp';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError, WaitTimeout } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { secondsOption } from '../../cli/options.js';
import { say } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { asText, member } from '../../vm-info/read-json.js';

/** `qmp unplug`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'the id of a device');
  const [id = ''] = rest;
  return withClient(call, address, async (client) => {
    const ended = await unplug(client, id, secondsOption(call, 'timeout') ?? 30_000);
    if (ended.event !== 'DEVICE_DELETED') throw new UsageError(`the guest refuses to let '${id}' go`);
    say(call, `unplugged ${id}`);
    return exitCode.done;
  });
}

async function unplug(client: QmpClient, id: string, timeout: number): Promise<ReceivedEvent> {
  const about = ({ data }: ReceivedEvent): boolean =>
    [member(data, 'device'), member(data, 'path')].some((name) => asText(name) === id);
  const until = { event: ['DEVICE_DELETED', 'DEVICE_UNPLUG_GUEST_ERROR', 'MEM_UNPLUG_ERROR'], where: about };
  try {
    return (await client.executeAndWait('device_del', { id }, until, { timeout })).event;
  } catch (error) {
    if (!QmpError.is(error) || error.code !== 'QMP_COMMAND_TIMEOUT') throw error;
    throw new WaitTimeout(`the guest has not let '${id}' go in time; it may do so later`);
  }
}

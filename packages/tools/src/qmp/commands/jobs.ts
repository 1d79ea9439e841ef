import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { putRows, say } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { asList, asText, member } from '../../vm-info/read-json.js';

/** `qmp job ls`. */
export async function list(call: Invocation): Promise<number> {
  const { address } = exactTarget(call, 0, 0);
  return withClient(call, address, async (client) => {
    const jobs = asList(await client.execute('query-jobs'));
    const rows = jobs.map((job) => [
      ...['id', 'type', 'status'].map((name) => asText(member(job, name)) ?? ''),
      percent(job),
    ]);
    await putRows(call, ['ID', 'TYPE', 'STATUS', 'DONE'], rows, jobs);
    return exitCode.done;
  });
}

/** `qmp job cancel`. */
export async function cancel(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'the id of a job');
  const [id = ''] = rest;
  return withClient(call, address, async (client) => {
    // Only block jobs can be forced, and only by their older command.
    if (flag(call, 'force')) await client.execute('block-job-cancel', { device: id, force: true });
    else await client.execute('job-cancel', { id });
    say(call, `asked ${id} to stop`);
    return exitCode.done;
  });
}

function percent(job: JsonValue): string {
  const total = Number(member(job, 'total-progress') ?? 0);
  return total > 0 ? `${Math.floor((Number(member(job, 'current-progress') ?? 0) / total) * 100)} %` : '';
}

import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { putRows } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { byteSize } from '../../output/printable.js';
import { readDisks } from '../../vm-info/disks.js';
import type { DiskFacts } from '../../vm-info/facts.js';

/** `qmp block ls`. */
export async function run(call: Invocation): Promise<number> {
  const { address } = exactTarget(call, 0, 0);
  return withClient(call, address, async (client) => {
    const disks = readDisks(await client.execute('query-block'));
    const head = ['DEVICE', 'NODE', 'FILE', 'FORMAT', 'SIZE', 'USED', 'FLAGS'];
    await putRows(call, head, disks.map(row), disks as unknown as JsonValue[]);
    return exitCode.done;
  });
}

function row(disk: DiskFacts): string[] {
  const size = (bytes: number | bigint | undefined): string => (bytes === undefined ? '' : byteSize(bytes));
  const flags = [
    disk.removable ? 'removable' : '',
    disk.readOnly === true ? 'read-only' : '',
    disk.locked === true ? 'locked' : '',
    disk.trayOpen === true ? 'open' : '',
  ];
  return [
    disk.device,
    disk.node ?? '',
    disk.file ?? '',
    disk.format ?? '',
    size(disk.size),
    size(disk.used),
    flags.filter((word) => word !== '').join(' '),
  ];
}

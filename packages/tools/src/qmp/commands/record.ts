import type { Invocation } from '../../cli/command-spec.js';
import { exactTarget } from '../../cli/target.js';
import { run as runShell } from '../../shell/run.js';

/** `qmp record`. */
export function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'a file');
  return runShell({ ...call, args: [address], options: { ...call.options, logfile: rest[0] } });
}

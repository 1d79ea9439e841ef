import { resolve } from 'node:path';
import { fileMigrationUri, type MigrationProgress, migrate } from 'qmp';
import type { Invocation } from '../../cli/command-spec.js';
import { withClient } from '../../cli/open-client.js';
import { exactTarget } from '../../cli/target.js';
import { byteSize } from '../../output/printable.js';
import { followOperation, type Step } from './follow-operation.js';

/** `qmp migrate`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'where to migrate to');
  const [target = ''] = rest;
  return withClient(call, address, async (client) => {
    const uri = /^(tcp|unix|exec|fd|rdma|file):/.test(target)
      ? target
      : await fileMigrationUri(client, resolve(target));
    return followOperation(call, `migrating to ${target}`, migrate(client, uri), step);
  });
}

function step({ status, transferred, remaining, total, stalledFor }: MigrationProgress): Step {
  const stalled = stalledFor > 10_000 ? ', the guest changes memory faster than it is sent' : '';
  const done = Math.max(0, Number(total) - Number(remaining));
  return { current: done, total: Number(total), note: `${status}, ${byteSize(transferred)} sent${stalled}` };
}

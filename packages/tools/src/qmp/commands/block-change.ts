import { resolve } from 'node:path';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { flag, textOption } from '../../cli/options.js';
import { say } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { driveArgument } from './block-drive.js';

/** `qmp block change`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 2, 2, 'a drive or a file');
  const [name = '', file = ''] = rest;
  const format = textOption(call, 'format');
  return withClient(call, address, async (client) => {
    await client.execute('blockdev-change-medium', {
      ...(await driveArgument(client, name)),
      // The server has another working directory. What looks like a URL or a json: name is its business.
      filename: /^[a-z][\w+-]+:/i.test(file) ? file : resolve(file),
      ...(format === undefined ? {} : { format }),
      ...(flag(call, 'force') ? { force: true } : {}),
      ...(flag(call, 'readOnly') ? { 'read-only-mode': 'read-only' } : {}),
    });
    say(call, `${name} has ${file}`);
    return exitCode.done;
  });
}

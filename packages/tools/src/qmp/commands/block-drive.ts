import type { QmpClient } from 'qmp';
import type { JsonObject } from 'qmp/json';
import { UsageError } from '../../cli/failure.js';
import { nearest } from '../../schema/nearest.js';
import { asList, asText, member } from '../../vm-info/read-json.js';

/**
 * How commands on media name a drive: `{id}` for a device with an id, `{device}` for a drive of the old kind.
 *
 * @throws {UsageError} when there is no such drive.
 */
export async function driveArgument(client: QmpClient, name: string): Promise<JsonObject> {
  const drives = asList(await client.execute('query-block'));
  const known = new Map<string, JsonObject>();
  for (const drive of drives) {
    const device = asText(member(drive, 'device')) ?? '';
    const path = asText(member(drive, 'qdev')) ?? '';
    const id = path.replace(/^\/machine\/peripheral\//, '').replace(/\/virtio-backend$/, '');
    if (device !== '') known.set(device, { device });
    else if (path !== '') known.set(path, { id: path });
    if (path !== '' && !known.has(id)) known.set(id, { id });
  }
  const found = known.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, known.keys());
  throw new UsageError(
    `no drive '${name}'`,
    near === undefined ? `known: ${[...known.keys()].join(', ')}` : `did you mean '${near}'?`,
  );
}

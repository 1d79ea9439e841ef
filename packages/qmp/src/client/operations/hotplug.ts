import type { Api } from '../../api/v7_2/index.js';
import type { JsonObject } from '../../json/value.js';
import { QmpError } from '../../protocol/errors.js';
import type { AnyApi } from '../api-types.js';
import { seconds } from '../failures.js';
import type { AnyClient } from './operation.js';

/** One thing to make before a device, such as its drive or network backend, and how to take it away again. */
export interface Backend {
  readonly add: readonly [command: string, args: JsonObject];
  readonly remove: readonly [command: string, args: JsonObject];
}

/** The backend of a disk: `blockdev-add`, and `blockdev-del` to undo it. */
export function blockBackend(options: JsonObject & { readonly 'node-name': string }): Backend {
  return {
    add: ['blockdev-add', options],
    remove: ['blockdev-del', { 'node-name': options['node-name'] }],
  };
}

/** The backend of a network card: `netdev_add`, and `netdev_del` to undo it. */
export function netBackend(options: JsonObject & { readonly id: string }): Backend {
  return { add: ['netdev_add', options], remove: ['netdev_del', { id: options.id }] };
}

/**
 * Plugs a device in, after its backends. When a step fails, those before it are undone in reverse order, and the error
 * is that of the step that failed.
 */
export async function plug(
  client: AnyClient,
  device: JsonObject & { readonly driver: string; readonly id: string },
  backends: readonly Backend[] = [],
): Promise<void> {
  const vm = client.as<AnyApi>();
  const done: Backend[] = [];
  try {
    for (const backend of backends) {
      await vm.execute(...backend.add);
      done.push(backend);
    }
    await vm.execute('device_add', device);
  } catch (error) {
    for (const backend of done.reverse()) await vm.execute(...backend.remove).catch(() => undefined);
    throw error;
  }
}

export interface UnplugOptions {
  /** Milliseconds to wait for the guest to let go, 0 without limit. @default 30000 */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** What to remove after the device is gone. */
  readonly backends?: readonly Backend[];
}

/**
 * Unplugs a device and waits until it is gone, which a guest may delay or refuse.
 *
 * @throws {QmpError} QMP_OPERATION_FAILED when the guest refuses or the hot-unplug failed; QMP_COMMAND_TIMEOUT when
 * the guest does not answer: the request stands, and the device may still go away later.
 */
export async function unplug(client: AnyClient, id: string, options: UnplugOptions = {}): Promise<void> {
  const vm = client.as<Api>();
  const { timeout = 30_000, signal, backends = [] } = options;
  const events = ['DEVICE_DELETED', 'DEVICE_UNPLUG_GUEST_ERROR', 'MEM_UNPLUG_ERROR'] as const;
  const waiting = { timeout, ...(signal === undefined ? {} : { signal }) };
  const { cursor } = vm;
  await requestUnplug(client, id);
  const event = await vm
    .waitFor(
      { event: events, where: ({ data }) => data.device === id || ('path' in data && data.path.endsWith(`/${id}`)) },
      { ...waiting, since: cursor },
    )
    .catch((error: unknown) => {
      throw QmpError.is(error) && error.code === 'QMP_COMMAND_TIMEOUT' ? unanswered(id, timeout, error) : error;
    });
  if (event.event === 'MEM_UNPLUG_ERROR') throw refused(id, event.data.msg);
  if (event.event === 'DEVICE_UNPLUG_GUEST_ERROR') throw refused(id, 'the guest refused');
  for (const backend of backends) await client.as<AnyApi>().execute(...backend.remove);
}

/** An unplug that was asked for before and is not done is no reason to fail: we wait for the same event. */
async function requestUnplug(client: AnyClient, id: string): Promise<void> {
  try {
    await client.as<Api>().execute('device_del', { id });
  } catch (error) {
    const again = QmpError.is(error) && /already in the process of unplug/.test(error.message);
    if (!again) throw error;
  }
}

function refused(id: string, why: string): QmpError {
  return new QmpError('QMP_OPERATION_FAILED', `unplugging "${id}" failed: ${why}`, {
    hint: 'The device is still there. The guest may be using it.',
  });
}

function unanswered(id: string, timeout: number, cause: QmpError): QmpError {
  return new QmpError('QMP_COMMAND_TIMEOUT', `"${id}" was not unplugged within ${seconds(timeout)}`, {
    cause,
    hint: 'The guest has not answered: is it running, and does it know hot-unplug? The request stands.',
  });
}

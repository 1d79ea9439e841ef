import type { Api } from '../../api/v7_2/index.js';
import type { JsonObject } from '../../json/value.js';
import { QmpError } from '../../protocol/errors.js';
import type { AnyApi } from '../api-types.js';
import { abortedError, seconds } from '../failures.js';
import { nextEvent } from '../wait.js';
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

export interface PlugOptions {
  /** Fails the call at once. What was made by then, or is made by the step under way, is taken away in the background. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plugs a device in, after its backends. When a step fails, those before it are undone in reverse order, and the error
 * is that of the step that failed.
 */
export async function plug(
  client: AnyClient,
  device: JsonObject & { readonly driver: string; readonly id: string },
  backends: readonly Backend[] = [],
  { signal }: PlugOptions = {},
): Promise<void> {
  if (signal === undefined) return plugIn(client, device, backends, signal);
  const what = `plugging "${device.id}"`;
  if (signal.aborted) throw abortedError(signal, what, 'It was not started.');
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortedError(signal, what, 'What was made is being taken away again.'));
  });
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([plugIn(client, device, backends, signal), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function plugIn(
  client: AnyClient,
  device: JsonObject & { readonly driver: string; readonly id: string },
  backends: readonly Backend[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const vm = client.as<AnyApi>();
  const done: Backend[] = [];
  try {
    for (const backend of backends) {
      await vm.execute(...backend.add);
      done.unshift(backend);
      if (signal?.aborted) throw abortedError(signal, `plugging "${device.id}"`);
    }
    await vm.execute('device_add', device);
  } catch (error) {
    for (const backend of done) await vm.execute(...backend.remove).catch(() => undefined);
    throw error;
  }
  if (signal?.aborted) await unplug(client, device.id, { backends: done }).catch(() => undefined);
}

export interface UnplugOptions {
  /** Milliseconds to wait for the guest to let go, 0 without limit. @default 30000 */
  readonly timeout?: number;
  /** Stops waiting; the request stands. */
  readonly signal?: AbortSignal | undefined;
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
  const isOurs = ({ data }: { readonly data: { readonly device?: string; readonly path?: string } }): boolean =>
    data.device === id || data.path?.endsWith(`/${id}`) === true;
  using events = vm.listen(
    { event: ['DEVICE_DELETED', 'DEVICE_UNPLUG_GUEST_ERROR', 'MEM_UNPLUG_ERROR'], where: isOurs },
    { gaps: true, signal },
  );
  await requestUnplug(client, id, signal);
  const begin = vm.clock.now();
  for (let gone = false; !gone; ) {
    const left = timeout > 0 ? Math.max(1, timeout - (vm.clock.now() - begin)) : 0;
    const event = await nextEvent(events, vm.clock, left, `"${id}" to be unplugged`);
    if (event === undefined) throw unanswered(id, timeout);
    if ('gap' in event) gone = !(await isPlugged(client, id));
    else if (event.event === 'MEM_UNPLUG_ERROR') throw refused(id, event.data.msg);
    else if (event.event === 'DEVICE_UNPLUG_GUEST_ERROR') throw refused(id, 'the guest refused');
    else gone = true;
  }
  for (const backend of backends) await client.as<AnyApi>().execute(...backend.remove);
}

/** Whether the device is there, for when its event may have been missed. */
async function isPlugged(client: AnyClient, id: string): Promise<boolean> {
  const devices = await client.as<Api>().execute('qom-list', { path: '/machine/peripheral' }, { idempotent: true });
  return devices.some(({ name }) => name === id);
}

/** An unplug that was asked for before and is not done is no reason to fail: we wait for the same event. */
async function requestUnplug(client: AnyClient, id: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await client.as<Api>().execute('device_del', { id }, { signal });
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

function unanswered(id: string, timeout: number): QmpError {
  return new QmpError('QMP_COMMAND_TIMEOUT', `"${id}" was not unplugged within ${seconds(timeout)}`, {
    hint: 'The guest has not answered: is it running, and does it know hot-unplug? The request stands.',
  });
}

import type { Api as NewestApi } from './api/index.js';
import { chardevFactory } from './chardev/index.js';
import type { ChardevSpec } from './chardev/spec.js';
import { type Api, type ConnectOptions, connect as connectTo, type QmpClient } from './client/index.js';
import type { Chardev, ChardevFactory } from './protocol/index.js';

/**
 * Connects to a QMP server: waits for its greeting, negotiates, and resolves with a client that is running.
 *
 * @param target an address (`/run/vm.sock`, `tcp:localhost:4444`, `localhost:4444`, … as `parseAddress` of `qmp/chardev`
 * reads it), its parsed form, an open chardev, or a function that opens one.
 * The type parameter is the server's API: the newest that this package knows, `Api` of `qmp/api/v7_2` and so on, or
 * `AnyApi` for names that are only known at run time.
 *
 * @throws {QmpError} QMP_ADDRESS_INVALID, QMP_OPTION_INVALID, QMP_CONNECT_FAILED, QMP_CONNECT_TIMEOUT,
 * QMP_GREETING_TIMEOUT, QMP_GREETING_INVALID, QMP_NEGOTIATION_FAILED, QMP_DISCONNECTED, QMP_ABORTED
 *
 * @example
 * await using vm = await connect('/run/vm.sock');
 * console.log(await vm.execute('query-status'));
 */
export async function connect<A extends Api = NewestApi>(
  target: string | ChardevSpec | Chardev | ChardevFactory,
  options: ConnectOptions = {},
): Promise<QmpClient<A>> {
  const opens = typeof target === 'string' || 'backend' in target;
  return connectTo<A>(opens ? chardevFactory(target) : target, options);
}

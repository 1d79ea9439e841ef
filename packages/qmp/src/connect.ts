import type { Api as AgentApi } from './api/agent/index.js';
import type { Api as NewestApi } from './api/index.js';
import { chardevFactory } from './chardev/index.js';
import type { ChardevSpec } from './chardev/spec.js';
import {
  type Api,
  type Clock,
  type ConnectOptions,
  connectAgent as connectAgentTo,
  connect as connectTo,
  type QmpClient,
} from './client/index.js';
import { observed } from './observe.js';
import type { Chardev, ChardevFactory } from './protocol/index.js';

/** Where to connect to. */
export type Target = string | ChardevSpec | Chardev | ChardevFactory;

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
  target: Target,
  options: ConnectOptions = {},
): Promise<QmpClient<A>> {
  return connectTo<A>(sourceOf(target), onNode(options));
}

/**
 * Connects to a QEMU guest agent and synchronises with it, so that nothing a former client left on the line is taken
 * for ours. The client is the same as for QMP, without greeting, events and out-of-band execution.
 *
 * @param target as for {@link connect}.
 * @throws {QmpError} as {@link connect}; QMP_GREETING_TIMEOUT when no agent answers.
 *
 * @example
 * await using agent = await connectAgent('/run/vm-agent.sock');
 * console.log(await agent.execute('guest-get-osinfo'));
 */
export async function connectAgent<A extends Api = AgentApi>(
  target: Target,
  options: ConnectOptions = {},
): Promise<QmpClient<A>> {
  return connectAgentTo<A>(sourceOf(target), onNode(options));
}

/** Node's clock. Its `performance.now` is as fast, but the first use of it loads what takes half a millisecond. */
const clock: Clock = {
  now: () => {
    const time = process.hrtime();
    return time[0] * 1e3 + time[1] / 1e6;
  },
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

function onNode(options: ConnectOptions): ConnectOptions {
  return observed({ clock, ...options });
}

function sourceOf(target: Target): Chardev | ChardevFactory {
  return typeof target === 'string' || 'backend' in target ? chardevFactory(target) : target;
}

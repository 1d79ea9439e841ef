import { type AnyApi, type ConnectOptions, connect, type QmpClient } from 'qmp';
import type { Invocation } from './command-spec.js';
import { secondsOption } from './options.js';

/** Connects as the command line says: `--timeout` bounds each of opening, greeting and commands. */
export async function openClient(call: Invocation, address: string, more: ConnectOptions = {}): Promise<QmpClient> {
  return connect<AnyApi>(plainPath(address), { ...more, timeouts: { ...timeoutsOf(call), ...more.timeouts } });
}

/** A name without slash and colon is a path too: `vm.sock`. */
export function plainPath(address: string): string {
  return /^[^/:,={]+$/.test(address) ? `./${address}` : address;
}

/** Connects to a guest agent: no greeting, no capabilities. */
export async function openAgent(_call: Invocation, _address: string, _more: ConnectOptions = {}): Promise<QmpClient> {
  throw new Error('todo');
}

/** The deadlines that `--timeout` asks for. */
export function timeoutsOf(call: Invocation): NonNullable<ConnectOptions['timeouts']> {
  const limit = secondsOption(call, 'timeout');
  if (limit === undefined) return {};
  return { open: limit, greeting: limit, negotiation: limit, command: limit, commands: {} };
}

/** Runs something with a client and closes it, whatever happens. */
export async function withClient<T>(
  call: Invocation,
  address: string,
  use: (client: QmpClient) => Promise<T>,
  more: ConnectOptions = {},
): Promise<T> {
  const client = await openClient(call, address, more);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

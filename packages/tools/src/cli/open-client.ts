import { type AnyApi, type Chardev, type ConnectOptions, connect, connectAgent, type QmpClient } from 'qmp';
import { chardevFactory } from 'qmp/chardev';
import { printable } from '../output/printable.js';
import type { Invocation } from './command-spec.js';
import { secondsOption } from './options.js';

/** {@link ConnectOptions}, and what a tool may put between itself and the wire. */
export interface OpenOptions extends ConnectOptions {
  readonly wrap?: ((chardev: Chardev) => Chardev) | undefined;
}

/** Connects as the command line says: `--timeout` bounds each of opening, greeting and commands. */
export async function openClient(call: Invocation, address: string, options: OpenOptions = {}): Promise<QmpClient> {
  const { wrap, ...more } = options;
  return announced(call, address, connect<AnyApi>(targetOf(address, wrap), withTimeouts(call, more)));
}

/** Connects to a guest agent: no greeting, no capabilities. */
export async function openAgent(call: Invocation, address: string, options: OpenOptions = {}): Promise<QmpClient> {
  const { wrap, ...more } = options;
  return announced(call, address, connectAgent<AnyApi>(targetOf(address, wrap), withTimeouts(call, more)));
}

/** After so many milliseconds without an answer a person is told what is waited for. */
const silence = 1000;

/** Says on a terminal why nothing happens, when connecting takes long. */
async function announced<T>({ io, tool }: Invocation, address: string, connecting: Promise<T>): Promise<T> {
  const tell = (): void => {
    if (io.errors.isTTY !== true) return;
    const text = `${tool}: waiting for ${address}, which may be held by somebody else; Ctrl-C gives up`;
    io.errors.write(`${printable(text)}\n`);
  };
  const timer = setTimeout(tell, silence);
  try {
    return await connecting;
  } finally {
    clearTimeout(timer);
  }
}

function targetOf(address: string, wrap: OpenOptions['wrap']): string | ((signal: AbortSignal) => Promise<Chardev>) {
  const path = plainPath(address);
  if (wrap === undefined) return path;
  const open = chardevFactory(path);
  return async (signal) => wrap(await open(signal));
}

/** A name without slash and colon is a path too: `vm.sock`. */
export function plainPath(address: string): string {
  return /^[^/:,={]+$/.test(address) ? `./${address}` : address;
}

function withTimeouts(call: Invocation, more: ConnectOptions): ConnectOptions {
  return { ...more, timeouts: { ...timeoutsOf(call), ...more.timeouts } };
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
  open: typeof openClient = openClient,
): Promise<T> {
  const client = await open(call, address);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

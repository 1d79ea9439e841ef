import { statSync } from 'node:fs';
import type { Invocation } from './command-spec.js';
import { UsageError } from './failure.js';
import { textOption } from './options.js';

/** Who to talk to, and the arguments that are left. */
export interface Target {
  readonly address: string;
  readonly rest: readonly string[];
}

/**
 * `--socket` or `QMP_SOCKET` gives the address; without both the first argument is it.
 *
 * @param least how many arguments have to be left.
 * @throws {UsageError} when something is missing.
 */
export function targetOf(call: Invocation, least: number, missing: string): Target {
  const [first, ...others] = call.args;
  const known = textOption(call, 'socket') ?? fromEnvironment(call, first, others.length >= least);
  const target = known === undefined ? { address: first ?? '', rest: others } : { address: known, rest: call.args };
  if (target.address === '')
    throw new UsageError('an address is missing', 'give a socket path or host:port, or set QMP_SOCKET');
  if (target.rest.length < least) throw new UsageError(`${missing} is missing`, `${call.tool} --help shows how`);
  return target;
}

/** An argument that can only be an address goes before the environment, when enough others are left. */
function fromEnvironment({ io }: Invocation, first: string | undefined, enough: boolean): string | undefined {
  const known = io.env.QMP_SOCKET;
  if (known === undefined || known === '' || first === undefined) return known === '' ? undefined : known;
  const isAddress = enough && (/^(unix|tcp|telnet|websocket):|^[\w.-]+:\d+$/.test(first) || isSocket(first));
  return isAddress ? undefined : known;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}

/** The same for commands that take nothing but an address, or a fixed number of arguments. */
export function exactTarget(call: Invocation, least: number, most: number, missing = ''): Target {
  const target = targetOf(call, least, missing);
  const extra = target.rest[most];
  if (extra !== undefined) throw new UsageError(`'${extra}' is one argument too many`, `${call.tool} --help shows how`);
  return target;
}

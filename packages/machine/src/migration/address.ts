import { MachineError } from '../machine/errors.js';

/** Where a machine's state goes to or comes from. */
export type MigrationAddress =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'exec'; readonly command: string }
  | { readonly type: 'unix'; readonly path: string }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'fd'; readonly fd: number };

const HIGHEST_PORT = 65535;

/**
 * Reads the address of a migration: `tcp:HOST:PORT`, `unix:PATH`, `exec:COMMAND`, `fd:NUMBER` or `file:PATH`.
 *
 * @returns undefined for any other protocol.
 * @throws {MachineError} when the address within the protocol cannot be read.
 */
export function parseMigrationAddress(uri: string): MigrationAddress | undefined {
  const [, protocol = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(uri) ?? [];
  if (protocol === 'file' && rest !== '') return { type: 'file', path: rest };
  if (protocol === 'exec') return { type: 'exec', command: rest };
  if (protocol === 'unix') {
    if (rest === '') throw new MachineError('invalid Unix socket address');
    return { type: 'unix', path: rest };
  }
  if (protocol === 'tcp') return parseTcp(rest);
  if (protocol === 'fd') {
    if (!/^\d{1,9}$/.test(rest)) throw unknownDescriptor(rest);
    return { type: 'fd', fd: Number(rest) };
  }
  return undefined;
}

/** What is said of a descriptor that is not open. */
export function unknownDescriptor(name: string): MachineError {
  return new MachineError(`File descriptor named '${name}' has not been found`);
}

function parseTcp(text: string): MigrationAddress {
  const match = /^(?:\[([^\]]*)\]|([^:,]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > HIGHEST_PORT) throw new MachineError(`error parsing address '${text}'`);
  return { type: 'tcp', host: match[1] ?? match[2] ?? '', port };
}

import type { ChardevSpec } from 'qmp/chardev';
import type { QmpError } from 'qmp/protocol';
import { fileProblem } from '../commands/files.js';

/** What is wrong with the options of a chardev, without the words that tell whose options they are. */
export function optionProblem(error: QmpError): string {
  return error.message.replace(/^(?:-mon|chardev '[^']*'): /, '');
}

/** Why a chardev could not be opened, in QEMU's words where the system says why. */
export function openProblem(spec: ChardevSpec, error: QmpError): string {
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  if (!(cause instanceof Error) || !('code' in cause)) return error.message;
  const problem = fileProblem(cause);
  if (spec.backend === 'file' || spec.backend === 'serial' || spec.backend === 'pipe')
    return `Could not open '${spec.path}': ${problem}`;
  if (spec.backend !== 'socket') return error.message;
  const { address, server } = spec;
  if (address.type === 'unix')
    return server
      ? `Failed to bind socket to ${address.path}: ${problem}`
      : `Failed to connect to '${address.path}': ${problem}`;
  if (address.type === 'fd') return error.message;
  if (cause.code === 'ENOTFOUND' || cause.code === 'EAI_AGAIN')
    return `address resolution failed for ${address.host}:${address.port}: ${problem}`;
  return server
    ? `Failed to find an available port: ${problem}`
    : `Failed to connect to '${address.host}:${address.port}': ${problem}`;
}

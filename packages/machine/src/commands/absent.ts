import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';

type Names =
  | 'query-vm-generation-id'
  | 'query-tpm'
  | 'query-pr-managers'
  | 'query-replay'
  | 'query-tpm-models'
  | 'query-tpm-types'
  | 'query-memory-devices'
  | 'query-vnc'
  | 'rtc-reset-reinjection';

/** What management programs ask every machine for, and this one does not have. */
export function absentCommands(): SomeHandlers<Names> {
  return {
    'query-vm-generation-id': () => {
      throw new MachineError('VM Generation ID device not found');
    },
    'query-tpm': () => [],
    'query-pr-managers': () => [],
    'query-replay': () => ({ mode: 'none', icount: 0 }),
    'query-tpm-models': () => [],
    'query-tpm-types': () => [],
    'query-memory-devices': () => [],
    'query-vnc': () => ({ enabled: false }),
    'rtc-reset-reinjection': () => {},
  };
}

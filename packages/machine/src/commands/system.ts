import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Where the processor hangs in the object tree. */
export const CPU_PATH = '/machine/unattached/device[0]';

type Names = 'query-name' | 'query-uuid' | 'query-kvm' | 'query-cpus-fast';

/** What the machine is. */
export function systemCommands(host: Host): SomeHandlers<Names> {
  return {
    'query-name': () => (host.name === undefined ? {} : { name: host.name }),
    'query-uuid': () => ({ UUID: host.uuid }),
    'query-kvm': () => ({ enabled: false, present: false }),
    'query-cpus-fast': () => [
      {
        'cpu-index': 0,
        'qom-path': CPU_PATH,
        'thread-id': process.pid,
        props: { 'core-id': 0, 'thread-id': 0, 'socket-id': 0 },
        target: 'i386',
      },
    ],
  };
}

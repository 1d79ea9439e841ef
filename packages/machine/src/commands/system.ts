import { CPU_PATH, MACHINE, PROCESSOR, RAM_ID } from '../machine/model.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

const PLACE = { 'core-id': 0, 'thread-id': 0, 'socket-id': 0 } as const;

type Names =
  | 'query-name'
  | 'query-uuid'
  | 'query-kvm'
  | 'query-cpus-fast'
  | 'query-machines'
  | 'query-current-machine'
  | 'query-target'
  | 'query-cpu-definitions'
  | 'query-hotpluggable-cpus'
  | 'query-iothreads';

/** What the machine is. */
export function systemCommands(host: Host): SomeHandlers<Names> {
  return {
    'query-name': () => (host.name === undefined ? {} : { name: host.name }),
    'query-uuid': () => ({ UUID: host.uuid }),
    'query-kvm': () => ({ enabled: false, present: false }),
    'query-cpus-fast': () => [
      { 'cpu-index': 0, 'qom-path': CPU_PATH, 'thread-id': process.pid, props: PLACE, target: 'i386' },
    ],
    'query-machines': () => [
      {
        ...MACHINE,
        'is-default': true,
        'cpu-max': 1,
        'hotpluggable-cpus': false,
        'numa-mem-supported': false,
        deprecated: false,
        'default-cpu-type': PROCESSOR.type,
        'default-ram-id': RAM_ID,
      },
    ],
    'query-current-machine': () => ({ 'wakeup-suspend-support': true }),
    'query-target': () => ({ arch: 'i386' }),
    'query-cpu-definitions': () => [
      {
        name: PROCESSOR.name,
        typename: PROCESSOR.type,
        'migration-safe': true,
        static: false,
        'unavailable-features': [],
        deprecated: false,
      },
    ],
    'query-hotpluggable-cpus': () => [{ type: PROCESSOR.type, 'vcpus-count': 1, props: PLACE, 'qom-path': CPU_PATH }],
    'query-iothreads': () => [],
  };
}

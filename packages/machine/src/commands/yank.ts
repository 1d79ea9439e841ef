import type { MachineChardev } from '../chardevs/table.js';
import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Cutting off connections that hang. */
export function yankCommands({ chardevs }: Host): SomeHandlers<'yank' | 'query-yank'> {
  const sockets = (): MachineChardev[] => [...chardevs].filter(({ spec }) => spec.backend === 'socket');
  return {
    'query-yank': () =>
      sockets()
        .map(({ id }) => ({ type: 'chardev', id }) as const)
        .reverse(),
    yank: ({ instances }) => {
      const found = instances.map((instance) =>
        instance.type === 'chardev' ? sockets().find(({ id }) => id === instance.id) : undefined,
      );
      for (const socket of found) {
        if (socket === undefined) throw new MachineError('Instance not found', 'DeviceNotFound');
      }
      // Not awaited: the reply must not wait for a peer that hangs, and may have to go through this very connection.
      for (const socket of found) void socket?.disconnect();
    },
  };
}

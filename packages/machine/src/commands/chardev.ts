import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Character devices. */
export function chardevCommands({ chardevs }: Host): SomeHandlers<'query-chardev'> {
  return {
    'query-chardev': () =>
      [...chardevs].map(({ id, filename, frontendOpen }) => ({ label: id, filename, 'frontend-open': frontendOpen })),
  };
}

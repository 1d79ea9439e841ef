import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Migration to a file. */
export function migrationCommands({ migration }: Host): SomeHandlers<'migrate' | 'query-migrate'> {
  return {
    migrate: ({ uri }) => migration.start(uri),
    'query-migrate': () => migration.info,
  };
}

import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'migrate'
  | 'migrate_cancel'
  | 'migrate-continue'
  | 'migrate-incoming'
  | 'query-migrate'
  | 'migrate-set-capabilities'
  | 'query-migrate-capabilities'
  | 'migrate-set-parameters'
  | 'query-migrate-parameters';

/** Migration to and from elsewhere. */
export function migrationCommands({ migration }: Host): SomeHandlers<Names> {
  const { settings } = migration;
  return {
    migrate: ({ uri }) => migration.start(uri),
    migrate_cancel: () => migration.cancel(),
    'migrate-continue': ({ state }) => migration.goOnFrom(state),
    'migrate-incoming': ({ uri }) => migration.receive(uri),
    'query-migrate': () => migration.info,
    'migrate-set-capabilities': ({ capabilities }) => {
      migration.requireIdle();
      settings.setCapabilities(capabilities);
    },
    'query-migrate-capabilities': () => settings.capabilities,
    'migrate-set-parameters': (parameters) => settings.setParameters(parameters),
    'query-migrate-parameters': () => settings.parameters,
  };
}

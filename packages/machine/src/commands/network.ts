import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** The network card. */
export function networkCommands({ machine: { network } }: Host): SomeHandlers<'set_link' | 'query-rx-filter'> {
  return {
    set_link: ({ name, up }) => network.setLink(name, up),
    'query-rx-filter': ({ name }) => network.filters(name),
  };
}

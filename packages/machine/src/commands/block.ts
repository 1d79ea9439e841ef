import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Block devices. */
export function blockCommands(_host: Host): SomeHandlers<'query-block'> {
  return { 'query-block': () => [] };
}

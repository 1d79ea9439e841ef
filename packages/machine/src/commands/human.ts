import { commandError } from 'qmp/monitor';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** The door to the human monitor. */
export function humanCommands(host: Host): SomeHandlers<'human-monitor-command'> {
  return {
    'human-monitor-command': async (args) => {
      if (args['cpu-index'] !== undefined && args['cpu-index'] !== 0)
        throw commandError("Parameter 'cpu-index' expects a CPU number");
      return (await host.runHumanCommand(args['command-line'])).replaceAll('\n', '\r\n');
    },
  };
}

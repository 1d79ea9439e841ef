import { ChardevBackendKind } from '../api/index.js';
import { base64Of, bytesOfBase64 } from '../chardevs/base64.js';
import type { MachineChardev } from '../chardevs/table.js';
import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'query-chardev'
  | 'query-chardev-backends'
  | 'chardev-add'
  | 'chardev-change'
  | 'chardev-remove'
  | 'ringbuf-read'
  | 'ringbuf-write';

/** Character devices. */
export function chardevCommands(host: Host): SomeHandlers<Names> {
  return {
    'query-chardev': () =>
      [...host.chardevs].map(({ id, filename, user }) => ({
        label: id,
        filename,
        'frontend-open': user !== undefined,
      })),
    'query-chardev-backends': () => ChardevBackendKind.map((name) => ({ name })),
    'chardev-add': async ({ id, backend }) => describe(await host.chardevs.add(id, backend)),
    'chardev-change': async ({ id, backend }) => describe(await host.chardevs.change(id, backend)),
    'chardev-remove': ({ id }) => host.chardevs.remove(id),
    'ringbuf-read': ({ device, size, format = 'utf8' }) => {
      const count = Number(size);
      if (count <= 0) throw new MachineError('size must be greater than zero');
      const data = ringBuffer(host, device).take(count);
      return format === 'base64' ? base64Of(data) : new TextDecoder().decode(data);
    },
    'ringbuf-write': ({ device, data, format = 'utf8' }) =>
      ringBuffer(host, device).put(format === 'base64' ? bytesOfBase64(data) : new TextEncoder().encode(data)),
  };
}

/** A pseudo-terminal is told by its path. */
function describe({ spec, listener }: MachineChardev) {
  return spec.backend === 'pty' ? { pty: listener.label.slice('pty:'.length) } : {};
}

function ringBuffer({ chardevs }: Host, id: string) {
  const chardev = chardevs.get(id);
  if (chardev === undefined) throw new MachineError(`Device '${id}' not found`);
  if (chardev.ringBuffer === undefined) throw new MachineError(`${id} is not a ringbuf device`);
  return chardev.ringBuffer;
}

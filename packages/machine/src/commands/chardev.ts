import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Character devices. */
export function chardevCommands(host: Host): SomeHandlers<'query-chardev' | 'ringbuf-read' | 'ringbuf-write'> {
  return {
    'query-chardev': () =>
      [...host.chardevs].map(({ id, filename, frontendOpen }) => ({
        label: id,
        filename,
        'frontend-open': frontendOpen,
      })),
    'ringbuf-read': ({ device, size, format = 'utf8' }) => {
      const count = Number(size);
      if (count <= 0) throw new MachineError('size must be greater than zero');
      const data = Buffer.from(ringBuffer(host, device).take(count));
      return data.toString(format);
    },
    'ringbuf-write': ({ device, data, format = 'utf8' }) =>
      ringBuffer(host, device).put(new Uint8Array(Buffer.from(data, format))),
  };
}

function ringBuffer({ chardevs }: Host, id: string) {
  const chardev = chardevs.get(id);
  if (chardev === undefined) throw new MachineError(`Device '${id}' not found`);
  if (chardev.ringBuffer === undefined) throw new MachineError(`${id} is not a ringbuf device`);
  return chardev.ringBuffer;
}

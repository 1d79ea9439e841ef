/** Stands for `qmp/chardev` in a page: there is nothing to listen on or to open. */
import type { ChardevSpec } from 'qmp/chardev';
import { type ChardevListener, QmpError } from 'qmp/protocol';

export async function listenChardev({ backend }: ChardevSpec): Promise<ChardevListener> {
  throw new QmpError('QMP_UNSUPPORTED', `a browser has no chardevs with backend '${backend}'`, {
    hint: 'Attach a MessagePort to the monitor, and connect to serialPorts of the machine.',
  });
}

export function disconnectedName({ label }: ChardevListener): string {
  return label;
}

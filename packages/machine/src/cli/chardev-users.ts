import type { ChardevListener } from 'qmp/protocol';
import { shareChardev } from '../chardevs/shared-chardev.js';
import type { ChardevUser, MachineChardev } from '../chardevs/table.js';

/** Who uses a chardev, and how. */
export interface ChardevUse {
  readonly id: string;
  readonly label: string;
  readonly kind: ChardevUser;
  readonly serve: (clients: ChardevListener, hangsUp: boolean) => Promise<void>;
}

/** Gives a chardev to its user, or shares it: the first one, a serial port if there is one, has it at the start. */
export function serveUsers(chardev: MachineChardev, users: readonly ChardevUse[], exit: () => void): void {
  const mine = users.filter(({ id }) => id === chardev.id);
  const [first] = mine;
  if (first === undefined) return;
  const clients = chardev.use(first.kind);
  const hangsUp = chardev.spec.backend === 'socket';
  const labels = mine.map(({ label }) => label);
  const listeners = chardev.spec.mux === true ? shareChardev(clients, labels, { exit, hangsUp }) : [clients];
  for (const [index, { serve }] of mine.entries()) {
    const listener = listeners[index];
    if (listener !== undefined) void serve(listener, hangsUp);
  }
}

import { closeSync } from 'node:fs';
import { type CommandHandler, commandError } from 'qmp/monitor';

/** What the reference monitor does with open files that are passed to it: it keeps them, by name and in sets. */
export function descriptorHandlers(): Record<string, CommandHandler> {
  const named = new Map<string, number>();
  const sets = new Map<number, { readonly fd: number; readonly opaque?: string }[]>();
  const drop = (fd: number, text: string): never => {
    closeSync(fd);
    throw commandError(text);
  };
  const unknown = (name: string) => commandError(`File descriptor named '${name}' not found`);
  return {
    getfd: ({ fdname }, { takeFds }) => {
      const fd = first(takeFds());
      const name = String(fdname);
      if (/^\d/.test(name)) drop(fd, "Parameter 'fdname' expects a name not starting with a digit");
      const old = named.get(name);
      if (old !== undefined) closeSync(old);
      named.set(name, fd);
    },
    closefd: ({ fdname }) => {
      const fd = named.get(String(fdname));
      if (fd === undefined) throw unknown(String(fdname));
      named.delete(String(fdname));
      closeSync(fd);
    },
    'add-fd': ({ 'fdset-id': wanted, opaque }, { takeFds }) => {
      const fd = first(takeFds());
      if (wanted !== undefined && Number(wanted) < 0) drop(fd, "Parameter 'fdset-id' expects a non-negative value");
      let id = Number(wanted ?? 0);
      while (wanted === undefined && sets.has(id)) id++;
      sets.set(id, [...(sets.get(id) ?? []), { fd, ...(opaque === undefined ? {} : { opaque: String(opaque) }) }]);
      return { fd, 'fdset-id': id };
    },
    'remove-fd': ({ 'fdset-id': id, fd }) => {
      const gone = (sets.get(Number(id)) ?? []).filter((member) => fd === undefined || member.fd === Number(fd));
      if (gone.length === 0) throw unknown(`fdset-id:${id}${fd === undefined ? '' : `, fd:${fd}`}`);
      // QEMU closes them when the machine runs, which this one never does, and lists them until then.
    },
    'query-fdsets': () => [...sets].sort(([a], [b]) => b - a).map(([id, fds]) => ({ fds, 'fdset-id': id })),
  };
}

function first(fds: readonly number[] = []): number {
  const [fd, ...others] = fds;
  for (const other of others) closeSync(other);
  if (fd === undefined) throw commandError('No file descriptor supplied via SCM_RIGHTS');
  return fd;
}

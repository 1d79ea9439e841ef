import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names = 'getfd' | 'closefd' | 'add-fd' | 'remove-fd' | 'query-fdsets';

/** Open files that clients pass. */
export function descriptorCommands({ descriptors }: Host): SomeHandlers<Names> {
  return {
    getfd: ({ fdname }, { takeFds }) => descriptors.keep(fdname, takeFds()),
    closefd: ({ fdname }) => descriptors.closeNamed(fdname),
    'add-fd': ({ 'fdset-id': set, opaque }, { takeFds }) =>
      descriptors.add(set === undefined ? undefined : Number(set), opaque, takeFds()),
    'remove-fd': ({ 'fdset-id': set, fd }) =>
      descriptors.remove(Number(set), fd === undefined ? undefined : Number(fd)),
    'query-fdsets': () => descriptors.list(),
  };
}

import { open } from 'node:fs/promises';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { RAM_ID } from '../machine/model.js';
import type { SomeHandlers } from '../schema/handlers.js';
import { fileProblem } from './files.js';
import type { Host } from './host.js';

type Names =
  | 'query-memory-size-summary'
  | 'query-memdev'
  | 'memsave'
  | 'pmemsave'
  | 'dump-guest-memory'
  | 'query-dump'
  | 'query-dump-guest-memory-capability'
  | 'query-balloon'
  | 'balloon';

const CHUNK = 1 << 20;

/** The guest's memory. */
export function memoryCommands({ machine, dump }: Host): SomeHandlers<Names> {
  return {
    'query-memory-size-summary': () => ({ 'base-memory': machine.memory, 'plugged-memory': 0 }),
    'query-memdev': () => [
      {
        id: RAM_ID,
        size: machine.memory,
        merge: false,
        dump: true,
        prealloc: false,
        share: false,
        reserve: false,
        'host-nodes': [],
        policy: 'default',
      },
    ],
    memsave: async ({ val, size, filename, 'cpu-index': cpu = 0 }) => {
      if (Number(cpu) !== 0) throw new MachineError("Parameter 'cpu-index' expects a CPU number");
      await saveMemory(machine, 'virtual', { address: BigInt(val), size: BigInt(size), filename });
    },
    pmemsave: ({ val, size, filename }) =>
      saveMemory(machine, 'physical', { address: BigInt(val), size: BigInt(size), filename }),
    'dump-guest-memory': ({ paging, protocol, detach, begin, length }) => {
      if (paging) throw new MachineError('paging is not supported: physical addresses only');
      if (!protocol.startsWith('file:')) throw new MachineError("Invalid parameter 'protocol'");
      if ((begin === undefined) !== (length === undefined))
        throw new MachineError(`Parameter '${begin === undefined ? 'begin' : 'length'}' is missing`);
      const range = { begin: Number(begin ?? 0), length: Number(length ?? machine.memory) };
      const path = protocol.slice('file:'.length);
      return detach ? dump.writeDetached(path, range) : dump.write(path, range);
    },
    'query-dump': () => dump.last,
    'query-dump-guest-memory-capability': () => ({ formats: ['elf'] }),
    'query-balloon': async () => ({ actual: await machine.balloon.size() }),
    balloon: ({ value }) => machine.balloon.resize(Number(value)),
  };
}

/** What to save, and where to. Negative numbers are as in C: huge. */
export interface SavedRange {
  readonly address: bigint;
  readonly size: bigint;
  readonly filename: string;
}

/**
 * Saves a range of memory to a file.
 *
 * @throws {MachineError} when a page of it is not mapped, or the file cannot be written.
 */
export async function saveMemory(
  { emulator }: Machine,
  kind: 'virtual' | 'physical',
  { address, size, filename }: SavedRange,
): Promise<void> {
  const start = Number(BigInt.asUintN(64, address));
  const end = Number(size);
  await writeParts(filename, async function* () {
    for (let done = 0; done < end; done += CHUNK) {
      const count = Math.min(CHUNK, end - done);
      const at = start + done;
      const data = kind === 'virtual' ? await emulator.readVirtual(at, count) : await emulator.readPhysical(at, count);
      if (data === undefined) {
        const hex = BigInt.asUintN(64, address).toString(16).padStart(16, '0');
        throw new MachineError(`Invalid addr 0x${hex}/size ${size} specified`);
      }
      yield data;
    }
  });
}

async function writeParts(path: string, parts: () => AsyncGenerator<Uint8Array>): Promise<void> {
  const file = await open(path, 'w').catch((error: unknown) => {
    throw new MachineError(`Could not open '${path}': ${fileProblem(error)}`);
  });
  try {
    for await (const part of parts()) await file.write(part);
  } finally {
    await file.close();
  }
}

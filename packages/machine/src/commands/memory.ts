import { open } from 'node:fs/promises';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import type { SomeHandlers } from '../schema/handlers.js';
import { coreHeader } from './elf.js';
import { fileProblem } from './files.js';
import type { Host } from './host.js';

type Names = 'query-memory-size-summary' | 'memsave' | 'pmemsave' | 'dump-guest-memory' | 'query-balloon' | 'balloon';

const CHUNK = 1 << 20;

/** The guest's memory. */
export function memoryCommands({ machine }: Host): SomeHandlers<Names> {
  return {
    'query-memory-size-summary': () => ({ 'base-memory': machine.memory, 'plugged-memory': 0 }),
    memsave: async ({ val, size, filename, 'cpu-index': cpu = 0 }) => {
      if (Number(cpu) !== 0) throw new MachineError("Parameter 'cpu-index' expects a CPU number");
      await saveMemory(filename, Number(val), Number(size), async (address, length) => {
        const data = await machine.emulator.readVirtual(address, length);
        if (data === undefined)
          throw new MachineError(`Invalid addr 0x${BigInt(val).toString(16).padStart(16, '0')}/size ${size} specified`);
        return data;
      });
    },
    pmemsave: ({ val, size, filename }) =>
      saveMemory(filename, Number(val), Number(size), (address, length) =>
        machine.emulator.readPhysical(address, length),
      ),
    'dump-guest-memory': ({ paging, protocol, begin, length }) => {
      if (paging) throw new MachineError('paging is not supported: physical addresses only');
      if (!protocol.startsWith('file:')) throw new MachineError("Invalid parameter 'protocol'");
      if ((begin === undefined) !== (length === undefined))
        throw new MachineError(`Parameter '${begin === undefined ? 'begin' : 'length'}' is missing`);
      return dumpMemory(machine, protocol.slice(5), Number(begin ?? 0), Number(length ?? machine.memory));
    },
    'query-balloon': async () => {
      const actual = await machine.emulator.balloon();
      if (actual === undefined) throw new MachineError('No balloon device has been activated', 'DeviceNotActive');
      return { actual };
    },
    balloon: async ({ value }) => {
      const bytes = Number(value);
      if (bytes <= 0) throw new MachineError("Parameter 'target' expects a size");
      await machine.emulator.setBalloon(Math.min(bytes, machine.memory));
    },
  };
}

type ReadMemory = (address: number, length: number) => Promise<Uint8Array>;

async function saveMemory(path: string, address: number, size: number, read: ReadMemory): Promise<void> {
  await writeParts(path, async function* () {
    for (let done = 0; done < size; done += CHUNK) yield await read(address + done, Math.min(CHUNK, size - done));
  });
}

async function dumpMemory(machine: Machine, path: string, begin: number, length: number): Promise<void> {
  await machine.whileStopped('save-vm', () =>
    writeParts(path, async function* () {
      yield coreHeader(await machine.emulator.registers(), begin, length);
      for (let done = 0; done < length; done += CHUNK)
        yield await machine.emulator.readPhysical(begin + done, Math.min(CHUNK, length - done));
    }),
  );
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

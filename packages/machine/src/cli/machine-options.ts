import { parseOptionList } from 'qmp/chardev';
import { CommandLineError } from './arguments.js';

const MACHINES = ['pc', 'pc-i440fx-7.2'];

/**
 * Reads the argument of `-machine` and `-M`: `[type=]pc`.
 *
 * @throws {CommandLineError} for any other machine, and for properties, of which there are none.
 */
export function checkMachineType(value: string): void {
  const list = parseOptionList(value, 'type');
  const type = list.get('type') ?? 'pc';
  if (!MACHINES.includes(type)) throw new CommandLineError('unsupported machine type', 'There is only pc.');
  for (const name of list.keys())
    if (name !== 'type') throw new CommandLineError(`Property 'pc-i440fx-7.2-machine.${name}' not found`);
}

const TOPOLOGY = ['cpus', 'sockets', 'dies', 'clusters', 'cores', 'threads', 'maxcpus'];

/**
 * Reads the argument of `-smp`: `[cpus=]1[,cores=1,…]`. There is one processor.
 *
 * @throws {CommandLineError} for more than one, as a machine whose limit is one says it.
 */
export function checkProcessors(value: string): void {
  const list = parseOptionList(value, 'cpus');
  for (const name of list.keys())
    if (!TOPOLOGY.includes(name)) throw new CommandLineError(`Parameter 'smp.${name}' is unexpected`);
  for (const [name, number] of list) {
    if (!/^\d+$/.test(number)) throw new CommandLineError(`Parameter 'smp.${name}' expects integer`);
    if (Number(number) === 0)
      throw new CommandLineError('Invalid CPU topology: CPU topology parameters must be greater than zero');
    if (Number(number) > 1)
      throw new CommandLineError(
        `Invalid SMP CPUs ${number}. The max CPUs supported by machine 'pc-i440fx-7.2' is 1`,
        'The emulator has one processor.',
      );
  }
}

/** Reads the argument of `-display`: there is `none`. */
export function checkDisplay(value: string): void {
  const list = parseOptionList(value, 'type');
  const type = list.get('type') ?? '';
  if (type !== 'none')
    throw new CommandLineError(`Parameter 'type' does not accept value '${type}'`, 'There is only -display none.');
  for (const name of list.keys()) if (name !== 'type') throw new CommandLineError(`Parameter '${name}' is unexpected`);
}

/** Reads the argument of `-vga`: `std`, which v86 has, and nothing else. */
export function checkVideoCard(value: string): void {
  if (value !== 'std') throw new CommandLineError(`unknown vga type: ${value}`, 'There is only -vga std.');
}

/** Reads the argument of `-accel`: `tcg`, as which v86 counts, for it translates too. */
export function checkAccelerator(value: string): void {
  const name = parseOptionList(value, 'accel').get('accel') ?? '';
  if (name !== 'tcg') throw new CommandLineError(`invalid accelerator ${name}`, 'There is only -accel tcg.');
}

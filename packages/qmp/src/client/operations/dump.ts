import type { DumpQueryResult, Api as NewestApi } from '../../api/index.js';
import { QmpError } from '../../protocol/errors.js';
import type { Arguments } from '../api-types.js';
import { Ticker } from '../ticker.js';
import { type AnyClient, Operation, type OperationControl, operationFailed } from './operation.js';

export type DumpArguments = Omit<Arguments<NewestApi, 'dump-guest-memory'>, 'detach'>;

/** Writes the guest's memory as a core file. QEMU cannot stop a dump: `cancel()` fails with QMP_UNSUPPORTED. */
export function dumpGuestMemory(
  client: AnyClient,
  args: DumpArguments,
  options: { readonly interval?: number } = {},
): Operation<DumpQueryResult, DumpQueryResult> {
  return new Operation((control) => run(client, args, options.interval ?? 500, control), cannotCancel);
}

async function run(
  client: AnyClient,
  args: DumpArguments,
  interval: number,
  control: OperationControl<DumpQueryResult>,
): Promise<DumpQueryResult> {
  const vm = client.as<NewestApi>();
  using events = vm.listen('DUMP_COMPLETED');
  await vm.execute('dump-guest-memory', { ...args, detach: true });
  using _ticker = new Ticker(vm.clock, interval, async () => control.report(await vm.execute('query-dump')));
  for await (const { data } of events) {
    control.report(data.result);
    if (data.error !== undefined) throw operationFailed('the dump', data.error);
    return data.result;
  }
  throw new QmpError('QMP_CLOSED', 'the client was closed; the dump may go on');
}

async function cannotCancel(): Promise<void> {
  throw new QmpError('QMP_UNSUPPORTED', 'QEMU has no command that stops a dump');
}

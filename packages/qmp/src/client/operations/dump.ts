import type { DumpQueryResult, Api as NewestApi } from '../../api/index.js';
import { QmpError } from '../../protocol/errors.js';
import type { Arguments } from '../api-types.js';
import { Ticker } from '../ticker.js';
import {
  type AnyClient,
  Operation,
  type OperationControl,
  type OperationOptions,
  operationFailed,
} from './operation.js';

export type DumpArguments = Omit<Arguments<NewestApi, 'dump-guest-memory'>, 'detach'>;

/**
 * Writes the guest's memory as a core file. QEMU cannot stop a dump: `cancel()` fails with QMP_UNSUPPORTED, and a signal
 * ends the wait only.
 */
export function dumpGuestMemory(
  client: AnyClient,
  args: DumpArguments,
  options: OperationOptions & { readonly interval?: number } = {},
): Operation<DumpQueryResult, DumpQueryResult> {
  return new Operation(
    'the dump',
    (control) => run(client, args, options.interval ?? 500, control),
    cannotCancel,
    options,
  );
}

async function run(
  client: AnyClient,
  args: DumpArguments,
  interval: number,
  control: OperationControl<DumpQueryResult>,
): Promise<DumpQueryResult> {
  const vm = client.as<NewestApi>();
  using events = vm.listen('DUMP_COMPLETED', { gaps: true });
  await vm.execute('dump-guest-memory', { ...args, detach: true });
  using _ticker = new Ticker(vm.clock, interval, async () => control.report(await vm.execute('query-dump')));
  for await (const event of events) {
    const result = 'gap' in event ? await vm.execute('query-dump', {}, { idempotent: true }) : event.data.result;
    control.report(result);
    if (result.status === 'active') continue;
    if ('gap' in event && result.status !== 'completed') throw operationFailed('the dump', lostReason(result.status));
    if (!('gap' in event) && event.data.error !== undefined) throw operationFailed('the dump', event.data.error);
    return result;
  }
  throw new QmpError('QMP_CLOSED', 'the client was closed; the dump may go on');
}

/** The reason comes with the event only, which was missed. */
function lostReason(status: string): string {
  if (status === 'none') return 'the QEMU that answers now knows of none, and how it ended is not known';
  return 'QEMU told the reason while the connection was lost';
}

async function cannotCancel(): Promise<void> {
  throw new QmpError('QMP_UNSUPPORTED', 'QEMU has no command that stops a dump');
}

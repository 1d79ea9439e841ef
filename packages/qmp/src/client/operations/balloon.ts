import type { Api as NewestApi } from '../../api/index.js';
import { nextEvent } from '../wait.js';
import {
  type AnyClient,
  Operation,
  type OperationControl,
  type OperationOptions,
  operationCancelled,
  operationFailed,
} from './operation.js';

export interface BalloonProgress {
  /** Bytes of memory the guest has now. */
  readonly actual: number | bigint;
  readonly target: number | bigint;
}

export interface BalloonOptions extends OperationOptions {
  /** Bytes by which the guest may miss the target. @default 1048576 */
  readonly tolerance?: number;
  /** Milliseconds without any change after which the guest counts as unwilling. @default 30000 */
  readonly stallAfter?: number;
}

/**
 * Asks the guest to give memory back or take it, and waits until it has. The guest's driver does the work, and may do
 * nothing. Cancelling asks for the size it had before.
 */
export function balloon(
  client: AnyClient,
  target: number | bigint,
  options: BalloonOptions = {},
): Operation<BalloonProgress, BalloonProgress> {
  const vm = client.as<NewestApi>();
  let before: number | bigint | undefined;
  return new Operation(
    'the balloon',
    async (control) => {
      before = (await vm.execute('query-balloon')).actual;
      return inflate(client, before, target, options, control);
    },
    async () => {
      if (before !== undefined) await vm.execute('balloon', { value: before });
    },
    options,
  );
}

async function inflate(
  client: AnyClient,
  before: number | bigint,
  target: number | bigint,
  { tolerance = 1_048_576, stallAfter = 30_000 }: BalloonOptions,
  control: OperationControl<BalloonProgress>,
): Promise<BalloonProgress> {
  const vm = client.as<NewestApi>();
  let actual = before;
  using events = vm.listen('BALLOON_CHANGE', { gaps: true });
  await vm.execute('balloon', { value: target });
  control.report({ actual, target });
  while (distance(actual, target) > tolerance) {
    const event = await nextEvent(events, vm.clock, stallAfter, 'BALLOON_CHANGE');
    if (event === undefined) {
      if (control.cancelled) throw operationCancelled('the balloon', true);
      throw operationFailed('the balloon', `the guest stays at ${actual} bytes`, 'Does it have a balloon driver?');
    }
    actual = 'gap' in event ? (await vm.execute('query-balloon', {}, { idempotent: true })).actual : event.data.actual;
    control.report({ actual, target });
    if (control.cancelled) throw operationCancelled('the balloon', true);
  }
  return { actual, target };
}

function distance(a: number | bigint, b: number | bigint): number {
  return Math.abs(Number(BigInt(a) - BigInt(b)));
}

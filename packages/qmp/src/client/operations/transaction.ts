import type { Api as NewestApi, TransactionAction } from '../../api/index.js';
import { QmpError } from '../../protocol/errors.js';
import type { AnyClient } from './operation.js';

type ActionType = TransactionAction['type'];
type ActionData<T extends ActionType> = Extract<TransactionAction, { type: T }> extends { data: infer D } ? D : never;

/**
 * A group of block operations that happen at one moment, or not at all.
 *
 * @example
 * await new Transaction().add('blockdev-snapshot', { node: 'a', overlay: 'a1' }).add(…).run(vm);
 */
export class Transaction {
  readonly #actions: TransactionAction[] = [];

  add<T extends ActionType>(type: T, data: ActionData<T>): this {
    this.#actions.push({ type, data } as unknown as TransactionAction);
    return this;
  }

  /** The actions as they will be sent. */
  get actions(): readonly TransactionAction[] {
    return this.#actions;
  }

  /**
   * Executes the group. Before it is sent every action is looked up in the live schema, so that an older server is not
   * handed what it does not know.
   *
   * @param options `grouped`: jobs that the group starts complete together, or all fail. `signal`: stops waiting; a
   * transaction that was sent may still happen.
   * @throws {QmpError} QMP_UNSUPPORTED for an action the server does not have, QMP_OPTION_INVALID for an empty group or
   * one job id used twice, QMP_COMMAND_FAILED when one action failed: then nothing was done.
   */
  async run(
    client: AnyClient,
    { grouped = false, signal }: { readonly grouped?: boolean; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const vm = client.as<NewestApi>();
    this.#check();
    const schema = await vm.schema();
    for (const { type } of this.#actions) {
      if (schema.supports('transaction', `arguments.actions.type=${type}`)) continue;
      throw new QmpError('QMP_UNSUPPORTED', `this QEMU has no transaction action "${type}"`, {
        command: 'transaction',
      });
    }
    const properties = grouped ? { properties: { 'completion-mode': 'grouped' as const } } : {};
    const args = { actions: [...this.#actions], ...properties };
    await vm.execute('transaction', args, { signal });
  }

  #check(): void {
    if (this.#actions.length === 0) throw new QmpError('QMP_OPTION_INVALID', 'a transaction needs at least one action');
    const jobs = new Set<unknown>();
    for (const action of this.#actions) {
      const id = (action as { data?: { 'job-id'?: unknown } }).data?.['job-id'];
      if (id !== undefined && jobs.has(id)) {
        throw new QmpError('QMP_OPTION_INVALID', `two actions of a transaction have the job id "${id}"`);
      }
      jobs.add(id);
    }
  }
}

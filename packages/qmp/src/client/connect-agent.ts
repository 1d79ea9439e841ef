import type { Api as AgentApi } from '../api/agent/index.js';
import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import type { Api } from './api-types.js';
import { QmpClient } from './client.js';
import { type ConnectOptions, normalise } from './options.js';

/**
 * Connects to a QEMU guest agent and synchronises with it, so that nothing a former client left on the line is taken
 * for ours. The client is the same as for QMP, without greeting, events and out-of-band execution. The time for the
 * greeting is the time for the agent to answer.
 *
 * A command that succeeds by not answering, such as `guest-shutdown`, needs its own short `timeout`.
 *
 * @throws {QmpError} as `connect()`; QMP_GREETING_TIMEOUT when no agent answers.
 */
export async function connectAgent<A extends Api = AgentApi>(
  source: Chardev | ChardevFactory,
  options: ConnectOptions = {},
): Promise<QmpClient<A>> {
  return new QmpClient<A>(source, normalise({ ...options, oob: false }), true).open(options.signal);
}

import type { Api as NewestApi } from '../api/index.js';
import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { Api } from './api-types.js';
import { QmpClient } from './client.js';
import { type ConnectOptions, normalise } from './options.js';

/**
 * Connects to a QMP server: waits for its greeting, negotiates, and resolves with a client that is running.
 * The type parameter is the server's API: the newest that this package knows, `Api` of `qmp/api/v7_2` and so on, or
 * {@link AnyApi} for names that are only known at run time.
 *
 * @throws {QmpError} QMP_CONNECT_FAILED, QMP_CONNECT_TIMEOUT, QMP_GREETING_TIMEOUT, QMP_GREETING_INVALID,
 * QMP_NEGOTIATION_FAILED, QMP_DISCONNECTED, QMP_ABORTED, QMP_OPTION_INVALID
 */
export async function connect<A extends Api = NewestApi>(
  source: Chardev | ChardevFactory,
  options: ConnectOptions = {},
): Promise<QmpClient<A>> {
  const settings = normalise(options);
  if (settings.reconnect !== undefined && typeof source !== 'function') {
    throw new QmpError(
      'QMP_OPTION_INVALID',
      'the option "reconnect" needs an address or a function that opens a chardev',
      {
        hint: 'A chardev that is open already cannot be opened again.',
      },
    );
  }
  return new QmpClient<A>(source, settings).open(options.signal);
}

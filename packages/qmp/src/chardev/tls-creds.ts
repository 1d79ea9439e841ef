import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import { flattenJsonOptions, parseOptionList } from './option-list.js';
import { OptionReader } from './option-reader.js';

/** What proves who the two ends of a TLS connection are: QEMU's objects `tls-creds-x509` and `tls-creds-psk`. */
export type TlsCreds = X509Creds | PskCreds;

/**
 * Certificates in a directory, under QEMU's names: `ca-cert.pem`, `ca-crl.pem` (optional), and `server-cert.pem` with
 * `server-key.pem` or `client-cert.pem` with `client-key.pem`.
 */
export interface X509Creds {
  readonly type: 'x509';
  readonly id: string;
  readonly dir: string;
  readonly endpoint: 'server' | 'client';
  /** Asks the peer for a certificate of this authority, and refuses it without one. @default true */
  readonly verifyPeer: boolean;
  /** Of the private key, if it is encrypted. */
  readonly passphrase?: string;
}

/** Shared keys in the file `keys.psk` of a directory, one `name:hexadecimal key` a line. */
export interface PskCreds {
  readonly type: 'psk';
  readonly id: string;
  readonly dir: string;
  readonly endpoint: 'server' | 'client';
  /** The name whose key a client uses. @default 'qemu' */
  readonly username: string;
}

/**
 * Reads the argument of `-object` for TLS credentials: `tls-creds-x509,id=tls0,dir=/etc/pki/qemu,endpoint=server`.
 *
 * @throws {QmpError} QMP_OPTION_INVALID naming the option that is wrong.
 */
export function parseTlsCreds(option: string | JsonObject): TlsCreds {
  const options = typeof option === 'string' ? parseOptionList(option, 'qom-type') : flattenJsonOptions(option);
  const type = options.get('qom-type');
  if (type !== 'tls-creds-x509' && type !== 'tls-creds-psk') {
    throw new QmpError('QMP_OPTION_INVALID', `'${type ?? ''}' is not a kind of TLS credentials`, {
      hint: 'Kinds are tls-creds-x509 and tls-creds-psk. Anonymous TLS proves nothing and is not supported.',
    });
  }
  const reader = new OptionReader(`object '${type}'`, options);
  reader.string('qom-type');
  const id = reader.required('id', `${type},id=tls0,dir=/etc/pki/qemu`);
  const dir = reader.required('dir', `${type},id=tls0,dir=/etc/pki/qemu`);
  const endpoint = reader.choice('endpoint', ['server', 'client']) ?? 'client';
  const creds: TlsCreds =
    type === 'tls-creds-psk'
      ? { type: 'psk', id, dir, endpoint, username: reader.string('username') ?? 'qemu' }
      : { type: 'x509', id, dir, endpoint, verifyPeer: reader.boolean('verify-peer') ?? true };
  reader.finish();
  return creds;
}

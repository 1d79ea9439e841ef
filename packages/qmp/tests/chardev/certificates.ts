/** Makes the certificates and keys that TLS tests need, with the `openssl` program. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** An authority with a server and a client, under the names that QEMU gives the files. */
export function makeCertificates(dir: string, name: string): string {
  mkdirSync(dir, { recursive: true });
  const file = (leaf: string) => join(dir, leaf);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca-key.pem'),
    '-out',
    file('ca-cert.pem'),
    '-days',
    '2',
    '-subj',
    `/CN=${name} CA`,
  );
  for (const role of ['server', 'client']) {
    const request = file(`${role}.csr`);
    openssl('req', ...key, '-keyout', file(`${role}-key.pem`), '-out', request, '-subj', `/CN=${role}`);
    writeFileSync(
      file(`${role}.ext`),
      `subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=${role}Auth\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n`,
    );
    openssl(
      ...['x509', '-req', '-in', request, '-CA', file('ca-cert.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial'],
      ...['-out', file(`${role}-cert.pem`), '-days', '2', '-extfile', file(`${role}.ext`)],
    );
  }
  return dir;
}

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenChardev, openChardev, parseTlsCreds, type TlsCreds } from 'qmp/chardev';
import { makeCertificates } from './certificates.js';
import { chardevContract, Probe } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-tls-'));
after(() => rmSync(folder, { recursive: true }));
const pki = makeCertificates(join(folder, 'pki'), 'test');
const strangers = makeCertificates(join(folder, 'strangers'), 'other');

/** The same directory without some files. */
function without(dir: string, ...names: string[]): string {
  const copy = mkdtempSync(join(folder, 'part-'));
  for (const name of readdirSync(dir)) if (!names.includes(name)) symlinkSync(join(dir, name), join(copy, name));
  return copy;
}

const creds = (...options: string[]): ReadonlyMap<string, TlsCreds> =>
  new Map(options.map((option) => parseTlsCreds(option)).map((one) => [one.id, one]));

async function connectBoth(server: string, client: string, host = '127.0.0.1', protocol = 'tcp') {
  const tlsCreds = creds(server, client);
  const listener = await listenChardev(`${protocol}:127.0.0.1:0,server=on,tls-creds=s`, { tlsCreds });
  const port = listener.label.split(':').at(-1);
  const accepted = listener.next();
  try {
    const opened = await openChardev(`${protocol}:${host}:${port},tls-creds=c`, { tlsCreds });
    const served = await accepted;
    assert.ok(served);
    return { client: opened, server: served, listener };
  } catch (error) {
    await listener.close();
    throw error;
  }
}

const serverX509 = `tls-creds-x509,id=s,dir=${pki},endpoint=server`;
const clientX509 = `tls-creds-x509,id=c,dir=${pki},endpoint=client`;
const pskDir = join(folder, 'psk');
mkdirSync(pskDir);
writeFileSync(join(pskDir, 'keys.psk'), '# comment\nqemu:00112233445566778899aabbccddeeff\nother:ffee\n');
const serverPsk = `tls-creds-psk,id=s,dir=${pskDir},endpoint=server`;
const clientPsk = `tls-creds-psk,id=c,dir=${pskDir},endpoint=client`;

for (const [name, server, client] of [
  ['x509', serverX509, clientX509],
  ['psk', serverPsk, clientPsk],
] as const) {
  for (const near of ['client', 'server'] as const) {
    chardevContract(`tls ${name} ${near}`, async () => {
      const pair = await connectBoth(server, client);
      const far = near === 'client' ? pair.server : pair.client;
      return { near: pair[near], far, cleanup: () => pair.listener.close() };
    });
  }
}

test('a name that the certificate lists is accepted, and TLS carries telnet and websocket too', async () => {
  for (const protocol of ['tcp', 'telnet', 'websocket']) {
    const { client, server, listener } = await connectBoth(serverX509, clientX509, 'localhost', protocol);
    const [a, b] = [new Probe(client), new Probe(server)];
    client.write('ping');
    await b.until((probe) => probe.text === 'ping');
    server.write('pong');
    await a.until((probe) => probe.text === 'pong');
    await Promise.all([client.close(), server.close(), listener.close()]);
  }
});

/** Connects where one side must refuse the other; gives the client's error, which TLS 1.3 may tell only later. */
async function refusal(server: string, client: string, host = '127.0.0.1'): Promise<Error & { hint?: string }> {
  const tlsCreds = creds(server, client);
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on,tls-creds=s', { tlsCreds });
  const accepted = listener.next();
  try {
    const opened = await openChardev(`tcp:${host}:${listener.label.split(':').at(-1)},tls-creds=c`, { tlsCreds });
    const probe = new Probe(opened);
    await probe.until(() => probe.closed || probe.ended);
    await opened.close();
    return probe.error ?? new Error('ended');
  } catch (error) {
    return error as Error;
  } finally {
    await listener.close();
    assert.equal(await accepted, undefined, 'the server must not hand out a client that it refused');
  }
}

test('a server of another authority is refused', async () => {
  const error = await refusal(`tls-creds-x509,id=s,dir=${strangers},endpoint=server,verify-peer=off`, clientX509);
  assert.match(error.message, /^TLS with tcp:127\.0\.0\.1:\d+ failed: /);
  assert.match(error.hint ?? '', /ca-cert\.pem/);
});

test('a name that the certificate does not list is refused', async () => {
  const tlsCreds = creds(serverX509, clientX509);
  const listener = await listenChardev('tcp:127.0.0.2:0,server=on,tls-creds=s', { tlsCreds });
  const accepted = listener.next();
  await assert.rejects(openChardev(`${listener.label},tls-creds=c`, { tlsCreds }), {
    code: 'QMP_CONNECT_FAILED',
    hint: /connect by a name or address that it lists/,
  });
  await listener.close();
  await accepted;
});

test('a client without a certificate, or with one of another authority, is refused unless verify-peer is off', async () => {
  const nobody = `tls-creds-x509,id=c,dir=${without(pki, 'client-cert.pem', 'client-key.pem')},endpoint=client`;
  assert.match((await refusal(serverX509, nobody)).message, /certificate|closed|reset|ended/i);
  const { mkdtempSync: make, copyFileSync } = await import('node:fs');
  const impostor = make(join(folder, 'impostor-'));
  copyFileSync(join(pki, 'ca-cert.pem'), join(impostor, 'ca-cert.pem'));
  for (const name of ['client-cert.pem', 'client-key.pem']) copyFileSync(join(strangers, name), join(impostor, name));
  assert.match(
    (await refusal(serverX509, `tls-creds-x509,id=c,dir=${impostor}`)).message,
    /unknown ca|closed|reset|ended/i,
  );
  const { client, server, listener } = await connectBoth(`${serverX509},verify-peer=off`, nobody);
  await Promise.all([client.close(), server.close(), listener.close()]);
});

test('a wrong key and an unknown name are refused', async () => {
  const wrong = join(folder, 'wrong-psk');
  mkdirSync(wrong);
  writeFileSync(join(wrong, 'keys.psk'), 'qemu:ffffffff\nstranger:1234\n');
  for (const name of ['qemu', 'stranger']) {
    const error = await refusal(serverPsk, `tls-creds-psk,id=c,dir=${wrong},username=${name}`);
    assert.match(error.message, /^TLS with .* failed/);
  }
  await assert.rejects(connectBoth(serverPsk, `${clientPsk},username=nobody`), { message: /no key for 'nobody'/ });
});

test('a peer that does not speak TLS is told as such, and costs the listener nothing', async () => {
  const tlsCreds = creds(serverX509, clientX509);
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on,tls-creds=s', { tlsCreds });
  const accepted = listener.next();
  const plain = new Probe(await openChardev(listener.label));
  plain.chardev.write('{"execute":"qmp_capabilities"}\n');
  await plain.until((probe) => probe.closed || probe.ended);
  await plain.chardev.close();
  const good = await openChardev(`${listener.label},tls-creds=c`, { tlsCreds });
  const served = await accepted;
  assert.ok(served, 'the next client was served');
  await Promise.all([good.close(), served.close(), listener.close()]);
});

test('with TLS, listening beyond loopback needs no more', async () => {
  const listener = await listenChardev('tcp:0.0.0.0:0,server=on,tls-creds=s', { tlsCreds: creds(serverX509) });
  await listener.close();
});

test('credentials that are missing, of the other end or without files are refused with the next step', async () => {
  await assert.rejects(listenChardev('tcp:127.0.0.1:0,server=on,tls-creds=x'), {
    code: 'QMP_OPTION_INVALID',
    hint: /-object tls-creds/,
  });
  await assert.rejects(listenChardev('tcp:127.0.0.1:0,server=on,tls-creds=c', { tlsCreds: creds(clientX509) }), {
    code: 'QMP_OPTION_INVALID',
    hint: /endpoint=server/,
  });
  const empty = `tls-creds-x509,id=c,dir=${without(pki, 'ca-cert.pem')}`;
  await assert.rejects(connectBoth(serverX509, empty), { message: /need .*ca-cert\.pem: there is no such file/ });
  assert.throws(() => parseTlsCreds('tls-creds-anon,id=a'), { hint: /Anonymous TLS proves nothing/ });
  assert.throws(() => parseTlsCreds('tls-creds-x509,id=a'), { message: /'dir' is missing/ });
  assert.throws(() => parseTlsCreds('tls-creds-x509,id=a,dir=/,verify=off'), { message: /Invalid parameter 'verify'/ });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenChardev, type OpenOptions, openChardev, parseTlsCreds } from 'qmp/chardev';
import type { Chardev } from 'qmp/protocol';
import { makeCertificates } from './certificates.js';
import { Probe } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-interop-'));
const running: ChildProcess[] = [];
after(async () => {
  for (const qemu of running) {
    const gone = new Promise((resolve) => qemu.once('exit', resolve));
    if (qemu.exitCode === null && qemu.signalCode === null) {
      qemu.kill('SIGKILL');
      await gone;
    }
  }
  rmSync(folder, { recursive: true });
});

const pki = makeCertificates(join(folder, 'pki'), 'interop');
const psk = join(folder, 'psk');
mkdirSync(psk);
writeFileSync(join(psk, 'keys.psk'), 'qemu:00112233445566778899aabbccddeeff\n');

function startQemu(...args: string[]): void {
  const all = ['-M', 'none', '-display', 'none', '-nodefaults', ...args];
  running.push(spawn('qemu-system-x86_64', all, { stdio: ['ignore', 'ignore', 'inherit'] }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilOpen(address: string, options: OpenOptions): Promise<Chardev> {
  for (;;) {
    try {
      return await openChardev(address, options);
    } catch (error) {
      if (!/ECONNREFUSED/.test((error as Error).message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Greeting, negotiation and one large reply: enough to notice a byte too many. */
async function speakQmp(chardev: Chardev): Promise<void> {
  const probe = new Probe(chardev);
  await probe.until(() => probe.text.includes('"capabilities"'));
  chardev.write('{"execute":"qmp_capabilities"}');
  await probe.until(() => probe.text.includes('{"return": {}}'));
  chardev.write('{"execute":"query-qmp-schema","id":"last"}');
  await probe.until(() => probe.text.endsWith('"id": "last"}\r\n'));
  const last = probe.text.trim().split('\r\n').at(-1) ?? '';
  assert.ok((JSON.parse(last) as { return: unknown[] }).return.length > 500);
  await chardev.close();
}

const x509 = (endpoint: string) => `tls-creds-x509,id=t,dir=${pki},endpoint=${endpoint},verify-peer=on`;
const shared = (endpoint: string) => `tls-creds-psk,id=t,dir=${psk},endpoint=${endpoint}`;
const kinds: readonly (readonly [name: string, protocol: string, creds?: (endpoint: string) => string])[] = [
  ['tcp', 'tcp'],
  ['telnet', 'telnet'],
  ['TLS with certificates on both sides', 'tcp', x509],
  ['TLS with a shared key', 'tcp', shared],
];

for (const [name, protocol, creds] of kinds) {
  test(`a client of ours talks to QEMU's server over ${name}`, { timeout: 30_000 }, async () => {
    const port = await freePort();
    const kind = protocol === 'tcp' ? '' : `,${protocol}=on`;
    const tls = creds === undefined ? '' : ',tls-creds=t';
    const objects = creds === undefined ? [] : ['-object', creds('server')];
    const chardev = `socket,id=m,host=127.0.0.1,port=${port},server=on,wait=off${kind}${tls}`;
    startQemu(...objects, '-chardev', chardev, '-mon', 'chardev=m,mode=control');
    const tlsCreds = new Map(creds === undefined ? [] : [['t', parseTlsCreds(creds('client'))]]);
    await speakQmp(await untilOpen(`${protocol}:127.0.0.1:${port}${tls}`, { tlsCreds }));
  });

  // QEMU's telnet client does not read telnet commands: it is none.
  if (protocol === 'telnet') continue;
  test(`a server of ours takes QEMU as its client over ${name}`, { timeout: 30_000 }, async () => {
    const tls = creds === undefined ? '' : ',tls-creds=t';
    const objects = creds === undefined ? [] : ['-object', creds('client')];
    const tlsCreds = new Map(creds === undefined ? [] : [['t', parseTlsCreds(creds('server'))]]);
    const listener = await listenChardev(`${protocol}:127.0.0.1:0,server=on${tls}`, { tlsCreds });
    const kind = protocol === 'tcp' ? '' : `,${protocol}=on`;
    const port = listener.label.split(':').at(-1);
    startQemu(
      ...objects,
      '-chardev',
      `socket,id=m,host=127.0.0.1,port=${port}${kind}${tls}`,
      '-mon',
      'chardev=m,mode=control',
    );
    const accepted = await listener.next();
    assert.ok(accepted);
    await speakQmp(accepted);
    await listener.close();
  });
}

/**
 * QEMU reads the wire of a WebSocket in its main thread and does not wake the thread that its QMP monitors run in. What
 * does wake that thread is anything that happens at another QMP monitor.
 */
test("QEMU's own websocket answers when its monitor thread is woken, and not before", { timeout: 30_000 }, async () => {
  const port = await freePort();
  const second = join(folder, 'second');
  const chardev = `socket,id=m,host=127.0.0.1,port=${port},server=on,wait=off,websocket=on`;
  startQemu('-chardev', chardev, '-mon', 'chardev=m,mode=control', '-qmp', `unix:${second},server=on,wait=off`);
  const probe = new Probe(await untilOpen(`websocket:127.0.0.1:${port}`, {}));
  await probe.until(() => probe.text.endsWith('"capabilities": ["oob"]}}\r\n'));
  const greeting = probe.text;
  probe.chardev.write('{"execute":"qmp_capabilities"}');
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(probe.text, greeting, 'if QEMU answers now, the documentation of websocket=on can be shorter');
  await speakQmp(await openChardev(`unix:${second}`));
  await probe.until(() => probe.text.endsWith('{"return": {}}\r\n'));
  await probe.chardev.close();
});

test("a client of ours talks over QEMU's abstract socket", { timeout: 30_000 }, async () => {
  const address = `qmp-interop-${process.pid},abstract=on,tight=off`;
  startQemu('-chardev', `socket,id=a,path=${address},server=on,wait=off`, '-mon', 'chardev=a,mode=control');
  await speakQmp(await untilOpen(`unix:${address}`, {}));
});

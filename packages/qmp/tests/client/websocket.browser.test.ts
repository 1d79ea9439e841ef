import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { joinChardevs, listenChardev, openChardev } from 'qmp/chardev';
import { createMonitor } from 'qmp/monitor';
import { Qemu } from './qemu.js';

/** The little of playwright-core that is used; its own types need the DOM's, which the tests do without. */
interface Page {
  goto(url: string): Promise<unknown>;
  addScriptTag(script: { content: string }): Promise<unknown>;
  evaluate(body: (url: string) => unknown, url: string): Promise<unknown>;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

const script = `
  import { connect, QmpError } from 'qmp';
  import { openWebSocket } from 'qmp/web';
  globalThis.talk = async (url) => {
    const vm = await connect((signal) => openWebSocket(url, signal), { reconnect: true });
    const { event } = await vm.executeAndWait('stop', {}, 'STOP', { timeout: 10000 });
    const { status } = await vm.execute('query-status');
    const refused = await vm.execute('device_del', { id: 'nothing' }).catch((error) => QmpError.is(error) && error.code);
    const major = vm.version.qemu.major;
    await vm.close();
    return { event: event.event, status, refused, major: typeof major, state: vm.state };
  };
`;

const playwright: string = 'playwright-core';
let browser: Browser;
let site: Server;
let origin = '';
let bundle = '';

before(async () => {
  const resolveDir = fileURLToPath(new URL('..', import.meta.url));
  const stdin = { contents: script, resolveDir };
  const built = await build({ stdin, bundle: true, write: false, format: 'iife', platform: 'browser' });
  bundle = built.outputFiles[0]?.text ?? '';
  site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>page</title>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const { chromium } = (await import(playwright)) as Playwright;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser.close();
  site.close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function talk(url: string): Promise<unknown> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.addScriptTag({ content: bundle });
  return page.evaluate((address) => (globalThis as unknown as { talk(url: string): unknown }).talk(address), url);
}

const expected = { event: 'STOP', status: 'paused', refused: 'QMP_COMMAND_FAILED', major: 'number', state: 'closed' };

test('the client in a page operates a real QEMU, through a websocket in front of its unix socket', async () => {
  const qemu = await Qemu.start(['-M', 'none']);
  const listener = await listenChardev(`websocket:127.0.0.1:0,server=on,origin=${origin}`);
  try {
    await (await qemu.connect()).close();
    const serving = listener.next().then(async (page) => {
      assert.ok(page);
      await joinChardevs(page, await openChardev(qemu.socket));
    });
    assert.deepEqual(await talk(`ws://${listener.label.replace('websocket:', '')}/`), expected);
    await serving;
  } finally {
    await listener.close();
    await qemu[Symbol.asyncDispose]();
  }
});

test("the client in a page operates a real QEMU over QEMU's own websocket, with a monitor that keeps it awake", async () => {
  const port = await freePort();
  await using qemu = await Qemu.start([
    ...['-M', 'none'],
    ...['-chardev', `socket,id=page,host=127.0.0.1,port=${port},server=on,wait=off,websocket=on`],
    ...['-mon', 'chardev=page,mode=control'],
    ...['-chardev', 'socket,id=awake,path=/nowhere/awake,reconnect=1', '-mon', 'chardev=awake,mode=control'],
  ]);
  await (await qemu.connect()).close();
  assert.deepEqual(await talk(`ws://127.0.0.1:${port}/`), expected);
});

test('the client in a page operates our own monitor over its websocket chardev', async () => {
  let status = 'running';
  const monitor = createMonitor({
    version: { qemu: { micro: 0, minor: 0, major: 1 }, package: 'ours' },
    commands: [
      {
        name: 'stop',
        handler: (_args, { emit }) => {
          status = 'paused';
          emit('STOP');
          return {};
        },
      },
      { name: 'query-status', handler: () => ({ status, running: status === 'running' }) },
    ],
  });
  const listener = await listenChardev(`websocket:127.0.0.1:0,server=on,origin=${origin}`);
  const serving = listener.next().then((chardev) => {
    assert.ok(chardev);
    monitor.attach(chardev);
  });
  try {
    assert.deepEqual(await talk(`ws://${listener.label.replace('websocket:', '')}/`), expected);
    await serving;
  } finally {
    await listener.close();
  }
});

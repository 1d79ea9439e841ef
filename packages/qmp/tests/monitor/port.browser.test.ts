import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The little of playwright-core that is used; its own types need the DOM's, which the tests do without. */
interface Browser {
  newPage(): Promise<{
    addScriptTag(script: { content: string }): Promise<unknown>;
    evaluate(body: (text: string) => unknown, text: string): Promise<unknown>;
  }>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

const playwright: string = 'playwright-core';
const resolveDir = fileURLToPath(new URL('..', import.meta.url));

/** Bundles a script for the browser; a stray use of Node fails here. */
async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  return result.outputFiles[0]?.text ?? '';
}

const worker = `
  import { createMonitor } from 'qmp/monitor';
  import { messagePortChardev } from 'qmp/web';
  const monitor = createMonitor({
    version: { qemu: { micro: 1, minor: 0, major: 0 }, package: 'in a worker' },
    commands: [{ name: 'blink', handler: (args, { emit }) => { emit('BLINK', args); return { times: args.times }; } }],
  });
  addEventListener('message', (event) => {
    if (event.data.port) monitor.attach(messagePortChardev(event.data.port, 'page'));
  });
`;

const page = `
  import { connect } from 'qmp';
  import { messagePortChardev } from 'qmp/web';
  globalThis.talk = async (source) => {
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ port: port2 }, [port2]);
    const client = await connect(messagePortChardev(port1, 'worker'));
    const events = [];
    client.on('BLINK', (event) => events.push(event.data));
    const reply = await client.execute('blink', { times: 3 });
    const error = await client.execute('absent').catch((caught) => caught.message);
    const greeting = client.greeting.QMP.version.package;
    await client.close();
    worker.terminate();
    return { events, reply, error, greeting };
  };
`;

let browser: Browser;
before(async () => {
  const { chromium } = (await import(playwright)) as Playwright;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(() => browser.close());

test('the monitor runs in a worker of a browser, and a page talks to it over a MessagePort', async () => {
  const tab = await browser.newPage();
  await tab.addScriptTag({ content: await bundle(page) });
  const source = await bundle(worker);
  const result = await tab.evaluate(
    (text) => (globalThis as unknown as { talk(text: string): Promise<unknown> }).talk(text),
    source,
  );
  assert.deepEqual(result, {
    events: [{ times: 3 }],
    reply: { times: 3 },
    error: '"absent" failed: The command absent has not been found',
    greeting: 'in a worker',
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The little of playwright-core that is used; its own types need the DOM's, which the tests do without. */
interface Page {
  setDefaultTimeout(milliseconds: number): void;
  goto(url: string): Promise<unknown>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  evaluate<T>(script: string): Promise<T>;
  waitForFunction(script: string): Promise<unknown>;
  on(event: 'pageerror', handler: (error: Error) => void): void;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

const playwright: string = 'playwright-core';
const server = spawn(process.execPath, [
  fileURLToPath(new URL('../../../../examples/browser/serve.mjs', import.meta.url)),
  '0',
]);
let browser: Browser;
let url = '';

before(async () => {
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  url = line.toString().trim();
  const { chromium } = (await import(playwright)) as Playwright;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser.close();
  server.kill();
  await once(server, 'exit');
});

/** Opens the example's page and waits until its guest has greeted. */
async function openPage(): Promise<{ page: Page; errors: Error[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const errors: Error[] = [];
  const failed = new Promise<never>((_resolve, reject) => {
    page.on('pageerror', (error) => {
      errors.push(error);
      reject(error);
    });
  });
  failed.catch(() => {});
  await page.goto(url);
  const greeted = page.waitForFunction("document.getElementById('serial').textContent.includes('> ')");
  greeted.catch(() => {});
  await Promise.race([greeted, failed]);
  return { page, errors };
}

const logged = (text: string) =>
  `[...document.querySelectorAll('#log div')].some((line) => line.textContent.includes(${JSON.stringify(text)}))`;

/** The size of the picture that the page shows, and how many of its dots are lit. */
const PICTURE = `(() => {
  const image = document.getElementById('screen');
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0) return undefined;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  let lit = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] > 0) lit++;
  return { width, height, lit };
})()`;

test('a page boots the machine, asks for its status over QMP and shows its screen', async () => {
  const { page, errors } = await openPage();
  await page.click('#buttons button:text-is("query-status")');
  await page.waitForFunction(logged('{"status":"running","singlestep":false,"running":true}'));
  await page.waitForFunction(`${PICTURE}?.lit > 1000`);
  const { width, height } = await page.evaluate<{ width: number; height: number }>(PICTURE);
  assert.deepEqual([width, height], [720, 400]);
  assert.deepEqual(errors, []);
});

test('what the guest does reaches the page as events', async () => {
  const { page, errors } = await openPage();
  await page.fill('#type input', 'panic');
  await page.click('#type button');
  await page.waitForFunction(logged('"event":"GUEST_PANICKED"'));
  await page.waitForFunction(logged('"event":"SHUTDOWN"'));
  assert.deepEqual(errors, []);
});

test('disks come from buffers, and what the guest writes is in the file after a flush', async () => {
  const { page, errors } = await openPage();
  const result = await page.evaluate(`(async () => {
    const { createMachine, createMachineMonitor, files } = await import('qmp-machine/browser');
    const disk = new Uint8Array(200_000);
    disk.set(new TextEncoder().encode('written by the page'));
    files.set('disk.img', disk);
    const media = { hda: { file: 'disk.img', readOnly: false, snapshot: false } };
    const machine = await createMachine({ memory: 8 << 20, media });
    const { human } = createMachineMonitor(machine, { media });
    let output = '';
    let wake = () => {};
    machine.serialPorts[0].connect((bytes) => { output += new TextDecoder().decode(bytes); wake(); });
    const until = async (text) => {
      while (!output.includes(text)) await new Promise((resolve) => { wake = resolve; });
      output = '';
    };
    const type = (text) => machine.serialPorts[0].write(new TextEncoder().encode(text));
    await machine.resume();
    await until('> ');
    type('read 0\\r');
    await until('written by the page');
    type('write 300 written by the guest\\r');
    await until('> ');
    const block = await human.execute('info block');
    const migrate = await human.execute('migrate file:state');
    await machine.pause();
    await machine.destroy();
    const text = await files.get('disk.img').slice(300 * 512, 300 * 512 + 20).text();
    return { text, migrate, size: files.get('disk.img').size, block: block.includes('disk.img') };
  })()`);
  assert.deepEqual(result, {
    text: 'written by the guest',
    migrate: 'Error: node:fs: createWriteStream is not there in a web page\n',
    size: 200_000,
    block: true,
  });
  assert.deepEqual(errors, []);
});

test('a worker that fails leaves an internal error, which a reset repairs, and machines do not disturb one another', async () => {
  const { page, errors } = await openPage();
  const result = await page.evaluate(`(async () => {
    const { createMachine } = await import('qmp-machine/browser');
    const workers = [];
    const worker = () => {
      workers.push(new Worker('/packages/machine/bundle/browser/worker.js', { type: 'module' }));
      return workers.at(-1);
    };
    const [machine, other] = await Promise.all([
      createMachine({ memory: 8 << 20, assets: { worker } }),
      createMachine({ memory: 8 << 20 }),
    ]);
    const events = [];
    machine.onEvent(({ name }) => events.push(name));
    await machine.resume();
    await other.resume();
    workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of order' }));
    const failed = machine.state;
    await machine.reset();
    const after = machine.state;
    await machine.resume();
    const states = [failed, after, machine.state, other.state];
    await Promise.all([machine.destroy(), other.destroy()]);
    return { events, states, workers: workers.length };
  })()`);
  assert.deepEqual(result, {
    events: ['RESUME', 'STOP', 'RESET', 'RESUME'],
    states: ['internal-error', 'prelaunch', 'running', 'running'],
    workers: 2,
  });
  assert.deepEqual(errors, []);
});

test('a machine that cannot be made says why', async () => {
  const { page } = await openPage();
  const messages = await page.evaluate<string[]>(`(async () => {
    const { createMachine } = await import('qmp-machine/browser');
    const message = (options) => createMachine(options).then(() => 'made', (error) => error.message);
    return [
      await message({ memory: 1 }),
      await message({ assets: { firmware: '/nowhere.bin' } }),
      await message({ assets: { wasm: '/nowhere.wasm' } }),
      await message({ assets: { wasm: new URL('/examples/browser/page.js', location.href) } }),
      await message({ media: { cdrom: { file: 'none.iso', readOnly: true, snapshot: false } } }),
    ];
  })()`);
  const expected = [
    'memory must be between 1 MiB and 2047 MiB, not 1 bytes',
    '/nowhere.bin cannot be loaded: 404 Not Found',
    'v86 cannot be loaded: /nowhere.wasm cannot be loaded: 404 Not Found',
    /^v86 cannot be loaded: WebAssembly.instantiate\(\): expected magic word/,
    "ENOENT: no such file or directory, open 'none.iso'",
  ];
  assert.equal(messages.length, expected.length);
  for (const [index, message] of messages.entries()) {
    const wanted = expected[index] ?? '';
    if (typeof wanted === 'string') assert.equal(message, wanted);
    else assert.match(message, wanted);
  }
});

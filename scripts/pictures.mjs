/**
 * Takes the pictures in docs/images of the embedded PC: `npm run build && node scripts/pictures.mjs`. That of a page needs
 * chromium, that of GRUB its rescue floppy (Debian: grub-rescue-pc); what is not there is skipped and said.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMachine, encodePicture } from 'qmp-machine';
import { which } from './rings.mjs';

const FLOPPY = '/usr/lib/grub-rescue/grub-rescue-floppy.img';
const picture = (name) => fileURLToPath(new URL(`../docs/images/embedded-pc-${name}.png`, import.meta.url));

/** Makes a machine, lets `act` bring it where it shall be seen, and takes its picture. */
async function take(name, options, act) {
  const machine = await createMachine({ memory: 16 << 20, ...options });
  let output = '';
  machine.serialPorts[0].connect((bytes) => {
    output += Buffer.from(bytes).toString();
  });
  const until = async (condition) => {
    while (!(await condition())) await delay(20);
  };
  await machine.resume();
  await act({
    type: (text) => machine.serialPorts[0].write(Buffer.from(`${text}\r`)),
    says: (text) => until(() => output.includes(text)),
    shows: (text) => until(async () => (await machine.emulator.textScreen()).join('\n').includes(text)),
    drawn: async () => {
      await until(async () => (await machine.captureScreen()).height !== 400);
      let former;
      await until(async () => {
        const picture = Buffer.from((await machine.captureScreen()).rgb);
        const done = former?.equals(picture) === true;
        former = picture;
        return done;
      });
    },
  });
  writeFileSync(picture(name), await encodePicture(await machine.captureScreen(), 'png'));
  await machine.destroy();
  console.log(`docs/images/embedded-pc-${name}.png`);
}

async function takePage(chromium) {
  const server = spawn(process.execPath, [
    fileURLToPath(new URL('../examples/browser/serve.mjs', import.meta.url)),
    '0',
  ]);
  const [url] = await once(server.stdout, 'data');
  const playwright = await import('playwright-core');
  const browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
    await page.goto(url.toString().trim());
    const serial = page.locator('#serial', { hasText: '> ' });
    await serial.waitFor();
    await page.fill('#type input', 'help');
    await page.click('#type button');
    await page.locator('#serial', { hasText: 'poweroff' }).waitFor();
    for (const command of ['stop', 'query-status', 'cont']) {
      await page.click(`#buttons button:text-is("${command}")`);
      await page.locator('#log', { hasText: `"execute":"${command}"` }).waitFor();
    }
    await page.locator('#log', { hasText: '"cursor":3' }).waitFor();
    await page.waitForFunction('new Promise((resolve) => document.getElementById("screen").onload = resolve)');
    await page.screenshot({ path: picture('page') });
    console.log('docs/images/embedded-pc-page.png');
  } finally {
    await browser.close();
    server.kill();
  }
}

await take('shell', {}, async ({ type, says, shows }) => {
  await says('> ');
  type('help');
  await shows('stop the processor for good');
});
await take('graphics', {}, async ({ type, says, drawn }) => {
  await says('> ');
  type('gfx');
  await drawn();
});
if (existsSync(FLOPPY)) {
  const media = { fda: { file: FLOPPY, readOnly: true, snapshot: false } };
  await take('grub', { media, memory: 32 << 20, bootOrder: ['a'] }, ({ shows }) => shows('for a command-line.'));
} else console.log(`skipped GRUB: there is no ${FLOPPY}`);
const chromium = which('chromium');
if (chromium === undefined) console.log('skipped the page: there is no chromium');
else await takePage(chromium);

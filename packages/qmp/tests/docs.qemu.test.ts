import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { Qemu } from './client/qemu.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const machine = ['-M', 'pc', '-m', '32', '-S', '-vga', 'std', '-device', 'qemu-xhci,id=usb'];

for (const page of ['client', 'operations', 'testing']) {
  const text = readFileSync(join(root, 'docs', `${page}.md`), 'utf8');
  const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  for (const [index, code] of examples.entries()) {
    test(`example ${index + 1} of docs/${page}.md runs against QEMU`, async () => {
      assert.ok(code.includes('/run/vm.sock'));
      const qemu = await Qemu.start(machine);
      const folder = mkdtempSync(join(root, 'packages/qmp/build-tests/example-'));
      try {
        await (await qemu.connect()).close();
        writeFileSync(qemu.path('empty.raw'), '');
        const placed = code.replaceAll('/run/vm.sock', qemu.socket).replaceAll('/images', qemu.folder);
        const file = join(folder, 'example.mjs');
        writeFileSync(file, (await transform(placed, { loader: 'ts', target: 'node20', format: 'esm' })).code);
        await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
      } finally {
        rmSync(folder, { recursive: true, force: true });
        await qemu[Symbol.asyncDispose]();
      }
    });
  }
}

import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { Qemu } from './client/qemu.js';
import { exampleFolder, examplesOf } from './examples.js';

const machine = ['-M', 'pc', '-m', '32', '-S', '-vga', 'std', '-device', 'qemu-xhci,id=usb'];

for (const page of ['client', 'operations', 'launch', 'testing']) {
  for (const [index, code] of examplesOf(page).entries()) {
    test(`example ${index + 1} of docs/${page}.md runs against QEMU`, async () => {
      const qemu = await Qemu.start(machine);
      const folder = exampleFolder();
      try {
        await (await qemu.connect()).close();
        writeFileSync(qemu.path('empty.raw'), '');
        // A machine that stands still hears no button, so that its end need not be waited for.
        const placed = code
          .replaceAll('/run/vm.sock', qemu.socket)
          .replaceAll('/images', qemu.folder)
          .replaceAll("'-display', 'none'", "'-display', 'none', '-S'");
        const file = join(folder, 'example.mjs');
        writeFileSync(file, (await transform(placed, { loader: 'ts', target: 'node20', format: 'esm' })).code);
        await promisify(execFile)(process.execPath, [file], { timeout: 60_000, cwd: qemu.folder });
      } finally {
        rmSync(folder, { recursive: true, force: true });
        await qemu[Symbol.asyncDispose]();
      }
    });
  }
}

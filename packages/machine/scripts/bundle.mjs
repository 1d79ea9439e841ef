/**
 * Bundles the program and its emulator thread, with V8's compiled code of what a run uses: `bundle/cli/main.cjs` and
 * `bundle/emulator/node-worker.cjs`. Folders are those of `dist/`, so that paths relative to a module hold. For browsers
 * there is `bundle/browser`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from '../../../scripts/bundle-programs.mjs';
import { bundleBrowser } from './bundle-browser.mjs';

const folder = new URL('..', import.meta.url);
await bundlePrograms(folder, { 'cli/main': 'cli/main', 'emulator/node-worker': 'emulator/node-worker' });
await bundleBrowser(fileURLToPath(folder));

const threadEntry = new URL('bundle/emulator/node-worker.js', folder);
writeFileSync(threadEntry, "require('../../scripts/thread-code-cache.cjs');\n");
const temporary = mkdtempSync(join(tmpdir(), 'qmp-bundle-'));
try {
  const child = spawn(process.execPath, [fileURLToPath(new URL('scripts/code-cache.cjs', folder)), temporary], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 60_000,
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the code cache was not written: exit code ${code}`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
  writeFileSync(threadEntry, "require('../start.cjs').load(require.resolve('./node-worker.cjs'));\n");
}

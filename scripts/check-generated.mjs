// Fails when a generated file is not what the machine's schema gives today.
import { readFileSync } from 'node:fs';
import { generatedFiles } from './generated.mjs';

const root = new URL('../', import.meta.url);

function currentText(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}

const stale = generatedFiles(root).filter(({ path, text }) => currentText(path) !== text);
for (const { path } of stale) console.error(`stale: ${path}`);
if (stale.length > 0) {
  console.error('Run "npm run generate" and commit the result.');
  process.exitCode = 1;
}

// Regenerates what comes from the machine's schema: its types, argument checks, introspection and references.
import { mkdirSync, writeFileSync } from 'node:fs';
import { generatedFiles } from './generated.mjs';

const root = new URL('../', import.meta.url);
for (const { path, text } of generatedFiles(root)) {
  mkdirSync(new URL('.', new URL(path, root)), { recursive: true });
  writeFileSync(new URL(path, root), text);
}

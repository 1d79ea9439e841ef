import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The TypeScript examples of a page of `docs`, in their order. */
export function examplesOf(page: string): string[] {
  const text = readFileSync(join(root, 'docs', `${page}.md`), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
}

/** A new folder from which `import 'qmp'` finds the package. */
export function exampleFolder(): string {
  return mkdtempSync(join(root, 'packages/qmp/build-tests/example-'));
}

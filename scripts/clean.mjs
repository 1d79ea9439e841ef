/** Removes what a build leaves behind, also what older sources once compiled to. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const packages = new URL('../packages/', import.meta.url).pathname;
for (const name of readdirSync(packages)) {
  for (const folder of ['dist', 'build-tests', 'bundle', 'man'])
    rmSync(join(packages, name, folder), { recursive: true, force: true });
}

/** Removes what a build leaves behind, also what older sources once compiled to. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../', import.meta.url).pathname;
const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
for (const place of [...packages, 'conformance', 'tests']) {
  for (const folder of ['dist', 'build-tests', 'bundle', 'man'])
    rmSync(join(root, place, folder), { recursive: true, force: true });
}

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs } from '#src/qmp/specs/scripts.js';
import { toolPath } from './run-tool.js';

/** The programs on a search path, as an installation puts them, and a folder with a socket and a file in it. */
export interface Installed extends AsyncDisposable {
  readonly folder: string;
  /** For `PATH`. */
  readonly path: string;
  /** The completion script of a shell. */
  script(shell: string): string;
}

/** Installs the programs for a test. The socket is `vm.sock`; nobody answers there. */
export async function installTools(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-installed-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of programs) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${toolPath(name)}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(folder, 'vm.txt'), '');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(join(folder, 'vm.sock'), resolve));
  return {
    folder,
    path: `${bin}:${process.env.PATH}`,
    script: (shell) => execFileSync(join(bin, 'qmp'), ['completion', shell], { encoding: 'utf8' }),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

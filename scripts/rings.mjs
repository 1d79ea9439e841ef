/**
 * The rings of tests. A test file belongs to a ring by the word before `.test.ts`: `greeting.qemu.test.ts`. Two rings are
 * joined by a dash, `shell.qemu-tmux.test.ts`. A file without such a word needs nothing but npm.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @type {Record<string, {needs: string[], get: string}>} programs, or files of the project, that a ring needs, and how to get them */
export const rings = {
  qemu: { needs: ['qemu-system-x86_64', 'qemu-img'], get: 'apt-get install qemu-system-x86 qemu-utils' },
  qga: { needs: ['qemu-ga'], get: 'apt-get install qemu-guest-agent' },
  openssl: { needs: ['openssl'], get: 'apt-get install openssl' },
  telnet: { needs: ['telnet'], get: 'apt-get install telnet' },
  tmux: { needs: ['tmux'], get: 'apt-get install tmux' },
  zsh: { needs: ['zsh'], get: 'apt-get install zsh' },
  fish: { needs: ['fish'], get: 'apt-get install fish' },
  browser: { needs: ['chromium'], get: 'apt-get install chromium' },
  nasm: { needs: ['nasm'], get: 'apt-get install nasm' },
  boot: { needs: ['grub-mkrescue'], get: 'apt-get install grub-rescue-pc grub-common seabios' },
  linux: {
    needs: ['./tmp/debian-linux/virtio_net.ko', '/usr/share/seabios/bios-256k.bin'],
    get: 'scripts/debian-linux.sh; apt-get install seabios',
  },
};

/** The full path of a program, or undefined. */
export function which(program) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/** Whether a program is installed, or a file (`/path`, `./path` of the project) is there. */
function isHere(need) {
  if (need.startsWith('/')) return existsSync(need);
  if (!need.startsWith('./')) return which(need) !== undefined;
  return existsSync(new URL(`../${need}`, import.meta.url));
}

/** The ring of a compiled test file, or undefined when it needs nothing. */
export function ringOf(file) {
  return /\.([a-z]+(?:-[a-z]+)*)\.test\.js$/.exec(file)?.[1];
}

/** The programs that a ring lacks here, and how to get them. */
export function missing(ring) {
  const lacking = ring.split('-').flatMap((name) => {
    const known = rings[name];
    if (known === undefined) throw new Error(`unknown ring "${name}": add it to scripts/rings.mjs`);
    const programs = known.needs.filter((need) => !isHere(need));
    return programs.length === 0 ? [] : [{ programs, get: known.get }];
  });
  return { programs: lacking.flatMap(({ programs }) => programs), get: lacking.map(({ get }) => get).join('; ') };
}

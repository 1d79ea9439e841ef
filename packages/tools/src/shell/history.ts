import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Most lines kept for one address. */
const limit = 1000;

/** What was typed for one address, kept between sessions in a file that only its owner may read. */
export class HistoryFile {
  readonly path: string;
  /** Newest first, as the line editor wants it. */
  readonly lines: string[];
  #writable = true;

  constructor(path: string) {
    this.path = path;
    const all = readLines(path);
    if (all.length > 2 * limit)
      this.#write(() => writeFileSync(path, `${all.slice(-limit).join('\n')}\n`, { mode: 0o600 }));
    this.lines = all.slice(-limit).reverse();
  }

  /** Keeps a line, unless it may hold a secret. */
  add(line: string): void {
    if (line.trim() === '' || mayHoldSecret(line)) return;
    this.#write(() => {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      appendFileSync(this.path, `${line}\n`, { mode: 0o600 });
    });
  }

  /** A history that cannot be kept is no reason to stop working. */
  #write(action: () => void): void {
    if (!this.#writable) return;
    try {
      action();
    } catch {
      this.#writable = false;
    }
  }
}

/** Where the history of an address is: in `XDG_STATE_HOME`, by default `~/.local/state`. */
export function historyPath(address: string, env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  const name = address.replace(/[^\w.-]+/g, '_').slice(-120);
  return join(base, 'qmp-shell', `${name}.history`);
}

/** Tells lines with a password, a key or the data of a secret object. They are neither kept nor offered again. */
export function mayHoldSecret(line: string): boolean {
  return /passw(or)?d|secret|\bkey=|"key"|passphrase|\bpriv(ate)?[-_]?key/i.test(line);
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nobody = 65_534;

/** What a finished tool left behind. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Runs the program as nobody where the tests run as root, who may open everything. */
  readonly asNobody?: boolean;
  /** Called with all output so far whenever there is more; may write to the process or kill it. */
  readonly during?: (out: string, child: ReturnType<typeof spawn>, err: string) => void;
}

/** The path of one of the package's programs. */
export function toolPath(name: string): string {
  return fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
}

/** Runs a program as its user would, in a home of its own. */
export async function runTool(name: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const home = mkdtempSync(join(tmpdir(), 'qmp-home-'));
  const env = {
    PATH: process.env.PATH,
    NODE_OPTIONS: process.env.NODE_OPTIONS,
    HOME: home,
    LANG: 'C.UTF-8',
    ...options.env,
  };
  const child = spawn(process.execPath, [toolPath(name), ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.asNobody === true && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}),
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    options.during?.(out, child, err);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    options.during?.(out, child, err);
  });
  // A program that ends early does not read its input to the end.
  child.stdin.on('error', () => undefined);
  if (options.input !== undefined || options.during === undefined) child.stdin.end(options.input ?? '');
  try {
    return await new Promise<Finished>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, out, err }));
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Each line of output as JSON. */
export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

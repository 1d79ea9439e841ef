import type { Io } from '../cli/command-spec.js';
import { height } from './printable.js';

/** Something that holds the terminal and can lend it. */
export interface TerminalOwner {
  print(text: string): void;
  lend<T>(use: () => Promise<T>): Promise<T>;
}

/**
 * Prints text, through `PAGER` when it is longer than the terminal is high. `PAGER=cat` or an empty one turns that off;
 * without a pager on this machine the text is printed as it is.
 */
export async function page(text: string, io: Io, owner: TerminalOwner): Promise<void> {
  const rows = io.output.rows ?? Number.POSITIVE_INFINITY;
  const columns = io.output.columns ?? 80;
  const pager = io.env.PAGER ?? 'less';
  if (pager === '' || pager === 'cat' || height(text, columns) < rows - 1) return owner.print(text);
  const shown = await owner.lend(() => runPager(pager, text, io));
  if (!shown) owner.print(text);
}

/** Resolves with false when there is no such pager. */
async function runPager(pager: string, text: string, io: Io): Promise<boolean> {
  const { spawn } = await import('node:child_process');
  const [program = 'less', ...args] = pager.split(/\s+/);
  return new Promise((resolve) => {
    const env = { LESS: '-R -X -F', ...io.env };
    const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env });
    // Ctrl-C belongs to the pager while it runs.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    const done = (shown: boolean): void => {
      process.off('SIGINT', ignore);
      resolve(shown);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code !== 127));
    // A pager that is left early reads no more.
    child.stdin?.on('error', ignore);
    child.stdin?.end(`${text}\n`);
  });
}

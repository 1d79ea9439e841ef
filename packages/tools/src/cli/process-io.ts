import type { Io } from './command-spec.js';

/** The world of this process. A reader that goes away, as in `vm-info | head -1`, ends the process quietly. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    // Opening standard input loads a good part of Node, and most tools never read it.
    get input() {
      return process.stdin;
    },
    output: process.stdout,
    get errors() {
      return process.stderr;
    },
    env: process.env,
  };
}

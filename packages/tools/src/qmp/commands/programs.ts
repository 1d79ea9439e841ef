import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Invocation } from '../../cli/command-spec.js';
import { UsageError } from '../../cli/failure.js';

/** `qmp machine`: the embedded PC has a command line of its own. */
export function runMachine(call: Invocation): Promise<number> {
  return runProgram('qmp-machine', 'bin/qmp-machine.js', call.args);
}

/** `qmp schema types`, `docs` and `diff`: faces of the schema compiler. */
export function runCompiler(call: Invocation, command: string): Promise<number> {
  return runProgram('qapi', 'bin/qapi-gen.js', [command, ...call.args]);
}

/** Runs a program of another package on this terminal and takes over its exit code. */
async function runProgram(name: string, path: string, args: readonly string[]): Promise<number> {
  const program = join(dirname(manifestOf(name)), path);
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the child by the terminal; a signal to this process alone is passed on.
  const ignore = (): void => undefined;
  const pass = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', pass);
  }
}

function manifestOf(name: string): string {
  try {
    return createRequire(join(process.argv[1] ?? process.cwd(), 'x')).resolve(`${name}/package.json`);
  } catch {
    throw new UsageError(`the package ${name} is not installed`, `npm install ${name}`);
  }
}

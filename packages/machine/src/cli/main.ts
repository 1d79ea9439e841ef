import { programVersion } from '../host/version.js';
import { CommandLineError, splitArguments } from './arguments.js';
import { readConfig } from './config.js';
import type { Config } from './config-types.js';
import { helpText } from './options.js';
import { expandConfigFiles } from './read-config.js';
import { runMachine } from './run.js';

const PROGRAM = 'qmp-machine';

/**
 * The command `qmp-machine`.
 *
 * @returns the exit code, when the machine is over and nothing is left behind.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = expandConfigFiles(splitArguments(argv));
    if (options.some(({ name }) => name === 'help')) return print(helpText(PROGRAM));
    if (options.some(({ name }) => name === 'list-differences')) {
      const { listDifferences } = await import('./differences.js');
      return print(listDifferences());
    }
    if (options.some(({ name }) => name === 'version'))
      return print(`${PROGRAM} ${programVersion}, an embedded PC behind a QMP monitor\n`);
    return await runMachine(withDefaults(readConfig(options)), PROGRAM);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    process.stderr.write(`${PROGRAM}: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return 1;
  }
}

/** A machine always has a serial port, if only to be silent on. */
function withDefaults(config: Config): Config {
  return config.serial.length === 0 ? { ...config, serial: [undefined] } : config;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

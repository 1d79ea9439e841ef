import type { Invocation } from '../../cli/command-spec.js';
import { completionScript, type ShellName, shells } from '../../cli/completion-script.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { programs } from '../specs/scripts.js';

/** `qmp completion`. */
export async function run(call: Invocation): Promise<number> {
  const [shell = ''] = call.args;
  if (!isShell(shell)) throw new UsageError(`no completion for '${shell}'`, `known: ${shells.join(', ')}`);
  call.io.output.write(completionScript(shell, programs));
  return exitCode.done;
}

function isShell(name: string): name is ShellName {
  return (shells as readonly string[]).includes(name);
}

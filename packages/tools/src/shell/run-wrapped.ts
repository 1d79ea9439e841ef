import type { Invocation } from '../cli/command-spec.js';

/** `qmp-shell-wrap`. */
export async function run(_call: Invocation): Promise<number> {
  throw new Error('todo');
}

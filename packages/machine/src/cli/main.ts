/** Runs `qmp-machine` and resolves with its exit code. */
export async function main(_argv: readonly string[]): Promise<number> {
  process.stderr.write('qmp-machine: not built yet\n');
  return 2;
}

/** Runs `qmp-shell` and resolves with its exit code. */
export async function main(_argv: readonly string[]): Promise<number> {
  process.stderr.write('qmp-shell: not built yet\n');
  return 2;
}

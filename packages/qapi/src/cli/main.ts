/** Runs `qapi-gen` and resolves with its exit code. */
export async function main(_argv: readonly string[]): Promise<number> {
  process.stderr.write('qapi-gen: not built yet\n');
  return 2;
}

/** Runs `vm-info` and resolves with its exit code. */
export async function main(_argv: readonly string[]): Promise<number> {
  process.stderr.write('vm-info: not built yet\n');
  return 2;
}

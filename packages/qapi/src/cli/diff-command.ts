import { exists } from '../backend/conditions.js';
import { compareSchemas } from '../schema/compare.js';
import { markdownReport, textReport } from './diff-report.js';
import { UsageError } from './errors.js';
import { readInput } from './input.js';
import { definesOf, inputOptions } from './running.js';
import type { Subcommand } from './subcommand.js';

/** `qapi-gen diff`. */
export const diff: Subcommand = {
  name: 'diff',
  operands: 'OLD NEW',
  summary: 'compare two schemas, with a verdict for clients and servers',
  details: `Tells what was added, removed, narrowed, widened, changed or deprecated, and whether clients and servers that
were written for OLD go on working with the other side of NEW. What is unstable never counts.
Exits with 1 when the verdict is "incompatible".`,
  options: ['json', 'markdown', 'for', 'define', 'near', 'dialect', 'watch'],
  examples: [
    'qapi-gen diff qemu-7.2/qapi/qapi-schema.json qemu-10.2/qapi/qapi-schema.json',
    'qapi-gen diff --json saved-reply.json unix:/run/vm.sock',
  ],
  async run(operands, options) {
    const [before, after, ...more] = operands;
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('diff takes two schemas: OLD NEW');
    const whom = options.for ?? 'client';
    if (!['client', 'server', 'both'].includes(whom)) throw new UsageError('--for is client, server or both');
    const old = await readInput(before, inputOptions(options));
    const now = await readInput(after, inputOptions(options));
    const defines = definesOf(options);
    const comparison = compareSchemas(old.schema, now.schema, { exists: (condition) => exists(condition, defines) });
    const report = options.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : options.markdown
        ? markdownReport(comparison)
        : textReport(comparison);
    process.stdout.write(report);
    const verdicts = [
      ...(whom === 'server' ? [] : [comparison.client]),
      ...(whom === 'client' ? [] : [comparison.server]),
    ];
    return { exitCode: verdicts.includes('incompatible') ? 1 : 0, files: [...old.files, ...now.files] };
  },
};

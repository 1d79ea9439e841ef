import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { nearest } from './nearest.js';

/** The options of all subcommands; each takes some of them. */
const OPTIONS = {
  any: { type: 'string' },
  define: { type: 'string', short: 'D', multiple: true },
  dialect: { type: 'string' },
  for: { type: 'string' },
  format: { type: 'string' },
  from: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  near: { type: 'string' },
  'no-docs': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  prefix: { type: 'string' },
  source: { type: 'string' },
  title: { type: 'string' },
  unmask: { type: 'boolean' },
  watch: { type: 'boolean', short: 'w' },
} as const;

export type OptionName = keyof typeof OPTIONS;

/** The options as they were given. */
export interface Options {
  readonly any?: string;
  readonly define?: readonly string[];
  readonly dialect?: string;
  readonly for?: string;
  readonly format?: string;
  readonly from?: string;
  readonly help?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly near?: string;
  readonly 'no-docs'?: boolean;
  readonly output?: string;
  readonly prefix?: string;
  readonly source?: string;
  readonly title?: string;
  readonly unmask?: boolean;
  readonly watch?: boolean;
}

/** Splits the arguments of a subcommand, which takes only some options. */
export function parseCommandLine(
  argv: readonly string[],
  allowed: readonly OptionName[],
): { readonly options: Options; readonly operands: readonly string[] } {
  const taken: readonly OptionName[] = [...allowed, 'help'];
  const { values, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!taken.includes(token.name as OptionName)) {
      const near = nearest(token.name, taken);
      throw new UsageError(`unknown option "${token.rawName}"${near ? `, did you mean "--${near}"?` : ''}`);
    }
    checkValue(token.rawName, OPTIONS[token.name as OptionName].type, token.value);
  }
  const operands = tokens.filter((token) => token.kind === 'positional').map((token) => token.value);
  return { options: values as Options, operands };
}

function checkValue(rawName: string, type: 'string' | 'boolean', value: string | undefined): void {
  if (type === 'string' && value === undefined) throw new UsageError(`option "${rawName}" needs a value`);
  if (type === 'boolean' && value !== undefined) throw new UsageError(`option "${rawName}" takes no value`);
}

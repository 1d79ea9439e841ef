import { renderFinding } from '../language/format.js';
import { parse } from '../language/parser.js';
import { print as printTree } from '../language/printer.js';
import { createSource } from '../language/source.js';
import type { SyntaxTree } from '../language/syntax.js';
import { SchemaError, UsageError } from './errors.js';
import { readSchemaFile } from './read-file.js';
import { emit } from './running.js';
import type { Subcommand } from './subcommand.js';
import { treeJson } from './tree-json.js';

/** `qapi-gen ast`. */
export const ast: Subcommand = {
  name: 'ast',
  operands: 'FILE',
  summary: 'print the syntax tree of one schema file as JSON',
  details: 'Includes are not followed, and nothing but the syntax is checked. Lines and columns count from 1.',
  options: ['output', 'watch'],
  examples: ['qapi-gen ast qapi/block-core.json', "qapi-gen ast my.json | jq '.items[].kind'"],
  async run(operands, options) {
    const { tree, path } = parseOnly(operands);
    emit(`${JSON.stringify(treeJson(tree), null, 2)}\n`, options);
    return { exitCode: 0, files: [path] };
  },
};

/** `qapi-gen print`. */
export const print: Subcommand = {
  name: 'print',
  operands: 'FILE',
  summary: 'print one schema file, laid out evenly',
  details: `Definitions are laid out as QEMU's schemas are, documentation stays as it is. Plain comments are lost.
Includes are not followed, and nothing but the syntax is checked.`,
  options: ['output', 'watch'],
  examples: ['qapi-gen print my.json', 'qapi-gen print my.json -o my.json'],
  async run(operands, options) {
    const { tree, path } = parseOnly(operands);
    emit(printTree(tree), options);
    return { exitCode: 0, files: [path] };
  },
};

function parseOnly(operands: readonly string[]): { readonly tree: SyntaxTree; readonly path: string } {
  const [path, ...more] = operands;
  if (path === undefined || more.length > 0) throw new UsageError('give one schema file');
  const read = readSchemaFile(path);
  if ('error' in read) throw new UsageError(`cannot read ${path}: ${read.error}`);
  const tree = parse(createSource(path, read.text));
  const findings = tree.items.flatMap((item) => (item.kind === 'error' ? [item.finding] : []));
  if (findings.length > 0) throw new SchemaError(findings.map(renderFinding).join('\n'), { cause: [path] });
  return { tree, path };
}

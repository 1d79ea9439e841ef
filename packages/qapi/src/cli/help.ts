import type { OptionName } from './command-line.js';
import type { Subcommand } from './subcommand.js';

const TEXTS: Readonly<Record<OptionName, readonly [spelling: string, text: string]>> = {
  any: ['--any NAME=MODULE', 'type of "any" values, imported from MODULE (default: unknown)'],
  define: ['-D, --define SYMBOL', 'the build has SYMBOL (CONFIG_LINUX); without any, everything is kept'],
  dialect: ['--dialect DIALECT', 'documentation rules: 6.2, 8.1, 9.0, 9.1, 10.1, 10.2, lenient (default: auto)'],
  for: ['--for WHOM', 'whose verdict the exit code tells: client, server or both (default: client)'],
  format: ['--format FORMAT', 'markdown or html (default: both)'],
  from: ['--from PLACE', 'read the schema of a running server (unix:/run/vm.sock, tcp:localhost:4444)'],
  help: ['-h, --help', 'print this'],
  json: ['--json', 'print JSON'],
  markdown: ['--markdown', 'print a Markdown table'],
  near: ['--near SCHEMA', 'schema of about the same version, which lends its names to the masked types of a server'],
  'no-docs': ['--no-docs', 'leave documentation out of the doc comments'],
  output: ['-o, --output PATH', 'where to write (default: print, or the current directory for several files)'],
  prefix: ['--prefix WORD', 'first part of the names of the files (default: qmp)'],
  source: ['--source TEXT', 'what the files were made from, for their first line'],
  title: ['--title TEXT', 'title of the reference (default: QMP reference)'],
  unmask: ['--unmask', 'keep the names of types instead of numbers'],
  watch: ['-w, --watch', 'run again whenever a schema file changes, until interrupted'],
};

/** The help of `qapi-gen` itself. */
export function generalHelp(commands: readonly Subcommand[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return `Usage: qapi-gen COMMAND [OPTIONS] …

Compiles QAPI schemas, the language in which QEMU's monitor protocol is described.

${commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n')}

A SCHEMA is a schema's main file, a saved reply to query-qmp-schema, or the address of a running
server (unix:/run/vm.sock, /run/vm.sock, tcp:localhost:4444).

Findings go to standard error as FILE:LINE:COLUMN: MESSAGE. Nothing is written when there is one.
Exit code: 0 all is well, 1 findings or incompatible schemas, 2 wrong usage or unusable files.

Examples:
  qapi-gen check qapi/qapi-schema.json
  qapi-gen types --from unix:/run/vm.sock -o src/api
  qapi-gen diff old/qapi-schema.json new/qapi-schema.json

"qapi-gen COMMAND --help" tells more.
`;
}

/** The help of one command. */
export function commandHelp(command: Subcommand): string {
  const options = [...command.options, 'help' as const].map((name) => TEXTS[name]);
  const width = Math.max(...options.map(([spelling]) => spelling.length));
  return `Usage: qapi-gen ${command.name} [OPTIONS] ${command.operands}

${command.details}

Options:
${options.map(([spelling, text]) => `  ${spelling.padEnd(width)}  ${text}`).join('\n')}

Examples:
${command.examples.map((example) => `  ${example}`).join('\n')}
`;
}

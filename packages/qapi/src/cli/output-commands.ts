import { inFolder } from '../backend/output.js';
import { generateHtml } from '../backend/reference-html.js';
import { generateMarkdown } from '../backend/reference-markdown.js';
import { schemaTable } from '../backend/table.js';
import { introspectionModule, listText, tableModule, tableText } from '../backend/table-text.js';
import { generateTypes } from '../backend/types.js';
import { introspect, introspectionReply } from '../schema/introspection.js';
import type { Schema } from '../schema/model.js';
import type { Options } from './command-line.js';
import { UsageError } from './errors.js';
import { anyTypeOf, definesOf, generate, onlyInput, print } from './running.js';
import type { Subcommand } from './subcommand.js';

export const check: Subcommand = {
  name: 'check',
  operands: 'SCHEMA',
  summary: 'report everything that is wrong with a schema',
  details: 'Compiles a schema and prints its findings, the one that QEMU would print first.',
  options: ['dialect', 'from', 'near', 'watch'],
  examples: ['qapi-gen check qapi/qapi-schema.json', 'qapi-gen check --dialect 10.2 --watch my-schema.json'],
  async run(operands, options) {
    const { schema, files } = await onlyInput(operands, options);
    process.stdout.write(`${schema.commands.size} commands, ${schema.events.size} events: no findings\n`);
    return { exitCode: 0, files };
  },
};

export const types: Subcommand = {
  name: 'types',
  operands: 'SCHEMA',
  summary: 'write TypeScript types, indexed by command and event',
  details: 'Writes types.ts, commands.ts, events.ts and index.ts. Give the "Api" of index.ts to a client to type it.',
  options: ['output', 'define', 'no-docs', 'any', 'source', 'dialect', 'from', 'near', 'watch'],
  examples: [
    'qapi-gen types qapi/qapi-schema.json -o src/api',
    'qapi-gen types --from unix:/run/vm.sock --near qapi/qapi-schema.json -o src/api',
    'qapi-gen types qapi/qapi-schema.json -o src/api --any JsonValue=qmp/json -D CONFIG_LINUX',
  ],
  run: (operands, options) =>
    generate(operands, options, ({ schema }) =>
      generateTypes(schema, {
        defines: definesOf(options),
        docs: !options['no-docs'],
        ...(options.source === undefined ? {} : { source: options.source }),
        ...(options.any === undefined ? {} : { anyType: anyTypeOf(options.any) }),
      }),
    ),
};

export const docs: Subcommand = {
  name: 'docs',
  operands: 'SCHEMA',
  summary: 'write the reference, as Markdown and as one HTML page',
  details: 'Writes qmp-commands.md, qmp-events.md, qmp-types.md and qmp-reference.html.',
  options: ['output', 'title', 'prefix', 'format', 'define', 'dialect', 'from', 'near', 'watch'],
  examples: ['qapi-gen docs qapi/qapi-schema.json -o docs', 'qapi-gen docs my.json --format html --title "My machine"'],
  run: (operands, options) => {
    const { title, prefix, format } = options;
    if (format !== undefined && format !== 'markdown' && format !== 'html')
      throw new UsageError('--format is markdown or html');
    const settings = {
      defines: definesOf(options),
      ...(title === undefined ? {} : { title }),
      ...(prefix === undefined ? {} : { prefix }),
    };
    return generate(operands, options, ({ schema }) => [
      ...(format === 'html' ? [] : generateMarkdown(schema, settings)),
      ...(format === 'markdown' ? [] : generateHtml(schema, settings)),
    ]);
  },
};

export const introspection: Subcommand = {
  name: 'introspect',
  operands: 'SCHEMA',
  summary: 'print what a server of this schema answers to query-qmp-schema',
  details:
    'With symbols (-D) it is the reply of a build that has them; without, conditional parts are wrapped\nas {"$if": …, "$value": …}. With an output that ends in .ts it is a module.',
  options: ['output', 'unmask', 'define', 'dialect', 'from', 'near', 'watch'],
  examples: [
    'qapi-gen introspect qapi/qapi-schema.json -D CONFIG_LINUX -D CONFIG_VNC',
    'qapi-gen introspect my.json --unmask',
  ],
  run: (operands, options) =>
    print(operands, options, ({ schema }) => {
      if (!isModule(options)) return introspectionText(schema, options);
      return introspectionModule(
        introspectionReply(schema, new Set(options.define), { unmask: options.unmask ?? false }),
      );
    }),
};

export const table: Subcommand = {
  name: 'table',
  operands: 'SCHEMA',
  summary: 'print the table that checks arguments at run time',
  details:
    'The table is JSON with names and shapes only; compileValidators() of this package makes checks of it.\nWith an output that ends in .ts it is a module.',
  options: ['output', 'define', 'dialect', 'from', 'near', 'watch'],
  examples: ['qapi-gen table qapi/qapi-schema.json -o schema-table.json'],
  run: (operands, options) =>
    print(operands, options, ({ schema }) => {
      const rows = schemaTable(schema, definesOf(options));
      return isModule(options) ? tableModule(rows) : tableText(rows);
    }),
};

export const all: Subcommand = {
  name: 'all',
  operands: 'SCHEMA',
  summary: 'write types, references, table and introspection at once',
  details: 'Compiles once and writes api/*.ts, docs/qmp-*, table.json and introspection.json.',
  options: ['output', 'define', 'no-docs', 'title', 'dialect', 'from', 'near', 'watch'],
  examples: ['qapi-gen all qapi/qapi-schema.json -o out', 'qapi-gen all my.json -o out --watch'],
  run: (operands, options) => {
    const defines = definesOf(options);
    const reference = { defines, ...(options.title === undefined ? {} : { title: options.title }) };
    return generate(operands, options, ({ schema }) => [
      ...generateTypes(schema, { defines, docs: !options['no-docs'] }).map((file) => inFolder('api', file)),
      ...generateMarkdown(schema, reference).map((file) => inFolder('docs', file)),
      ...generateHtml(schema, reference).map((file) => inFolder('docs', file)),
      { path: 'table.json', text: tableText(schemaTable(schema, defines)) },
      { path: 'introspection.json', text: introspectionText(schema, options) },
    ]);
  },
};

function introspectionText(schema: Schema, { define, unmask = false }: Options): string {
  return listText(
    define ? introspectionReply(schema, new Set(define), { unmask }) : introspect(schema, { unmask }).entries,
  );
}

/** Whether the output is to be imported. */
function isModule({ output }: Options): boolean {
  return output?.endsWith('.ts') ?? false;
}

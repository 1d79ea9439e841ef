// What is generated from the machine's own schema: path and text of each file.
import { readFileSync } from 'node:fs';
import {
  compile,
  generateHtml,
  generateMarkdown,
  generateTypes,
  introspectionModule,
  introspectionReply,
  schemaTable,
  tableModule,
} from 'qapi';

const SCHEMA = 'packages/machine/qapi/machine.json';
const TITLE = 'QMP of the embedded PC';

/** Compiles the machine's schema; the files are relative to the root of the repository. */
export function generatedFiles(root) {
  const read = (path) => ({ text: readFileSync(new URL(path, root), 'utf8') });
  const { schema, findings } = compile(read, SCHEMA, { dialect: '10.2' });
  if (!schema) throw new Error(`"qapi-gen check --dialect 10.2 ${SCHEMA}" tells more: ${findings[0].message}`);
  const none = new Set();
  const api = [
    ...generateTypes(schema, {
      defines: none,
      source: 'qmp-machine',
      anyType: { name: 'JsonValue', from: 'qmp/json' },
    }),
    { path: 'table.ts', text: tableModule(schemaTable(schema, none)) },
    { path: 'introspection.ts', text: introspectionModule(introspectionReply(schema, none)) },
  ];
  const docs = [...generateMarkdown(schema, { title: TITLE }), ...generateHtml(schema, { title: TITLE })];
  return [
    ...api.map((file) => ({ ...file, path: `packages/machine/src/api/${file.path}` })),
    ...docs.map((file) => ({ ...file, path: `docs/${file.path}` })),
  ];
}

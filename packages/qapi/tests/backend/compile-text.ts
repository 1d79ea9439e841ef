import assert from 'node:assert/strict';
import { compile, type Schema } from 'qapi';

/** Compiles the text of a schema that has to be right. */
export function compileText(text: string): Schema {
  const { schema, findings } = compile(() => ({ text }), 'test.json', { dialect: 'lenient' });
  assert.deepEqual(findings, []);
  assert.ok(schema);
  return schema;
}

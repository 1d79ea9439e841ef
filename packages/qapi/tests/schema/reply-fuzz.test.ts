import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compile, fromIntrospection, introspectionReply } from 'qapi';

/** How long each property may run; a failure prints the seed to repeat it with. */
const BUDGET = { interruptAfterTimeLimit: Number(process.env.FUZZ_MS ?? 1000), numRuns: 20_000 };

const TEXT = `{ 'enum': 'Kind', 'data': [ 'a', 'b' ] } { 'struct': 'Part', 'data': { '*next': 'Part', 'n': [ 'int' ] } }
{ 'union': 'Thing', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'a': 'Part' } }
{ 'alternate': 'Ref', 'data': { 'thing': 'Thing', 'name': 'str' } }
{ 'command': 'query-things', 'data': { 'ref': 'Ref' }, 'returns': [ 'Thing' ] } { 'event': 'GONE', 'data': 'Part' }`;
const { schema: near } = compile(() => ({ text: TEXT }), 'main.json');

/** Either there is a schema, or a finding says why not; a schema can be described again. */
function exercise(reply: unknown): void {
  const { schema, findings } = fromIntrospection(reply, near);
  assert.equal(schema === undefined, findings.length > 0);
  if (schema !== undefined) assert.ok(introspectionReply(schema, new Set()).length >= 0);
}

const word = fc.constantFrom('0', '1', '2', '3', '[2]', '[0]', 'int', 'str', 'kind', 'a', 'GONE', 'query-things', '');
const meta = fc.constantFrom('builtin', 'enum', 'array', 'object', 'alternate', 'command', 'event');
const part = fc.record({ name: word, type: word, case: word, default: fc.constant(null) }, { requiredKeys: [] });
const entry = fc.record(
  {
    name: word,
    'meta-type': meta,
    members: fc.array(part, { maxLength: 3 }),
    variants: fc.array(part, { maxLength: 3 }),
    tag: word,
    'element-type': word,
    'arg-type': word,
    'ret-type': word,
    'json-type': word,
  },
  { requiredKeys: ['name', 'meta-type'] },
);

test('no value at all makes reading a reply throw', () => {
  fc.assert(fc.property(fc.anything(), exercise), BUDGET);
});

test('no list of entries makes reading a reply throw, however they refer to each other', () => {
  fc.assert(fc.property(fc.array(entry, { maxLength: 12 }), exercise), BUDGET);
});

test('a reply with parts changed or gone is a schema or a finding', () => {
  assert.ok(near !== undefined);
  const reply = introspectionReply(near, new Set());
  const change = fc.record({ at: fc.nat(), key: fc.nat(), to: fc.oneof(word, part, fc.constant(undefined)) });
  const changed = fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy: Record<string, unknown>[] = structuredClone([...reply]);
    for (const { at, key, to } of changes) {
      const target = copy[at % copy.length];
      const name = target === undefined ? undefined : Object.keys(target)[key % Object.keys(target).length];
      if (target !== undefined && name !== undefined) target[name] = to;
    }
    return copy;
  });
  fc.assert(fc.property(changed, exercise), BUDGET);
});

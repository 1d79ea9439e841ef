import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSource, parse, print } from 'qapi';
import { outline } from './outline.js';

const directory = fileURLToPath(new URL('../../tests/cases/', import.meta.url));

for (const name of readdirSync(directory)) {
  if (!name.endsWith('.json')) continue;
  test(`${name} prints to text that parses to the same tree`, () => {
    const tree = parse(createSource(name, readFileSync(directory + name, 'utf8')));
    const printed = print(tree);
    const again = parse(createSource(name, printed));
    const whole = tree.items.every((item) => item.kind !== 'error' && !('failure' in item));
    if (whole) assert.deepEqual(outline(again), outline(tree));
    assert.equal(print(again), printed);
  });
}

test('definitions are laid out as in QEMU', () => {
  const text = "{'struct':'Long','data':{'first-member':'str','*second-member':['uint64'],'third-member':'Other'}}";
  assert.equal(
    print(parse(createSource('a.json', text))),
    `{ 'struct': 'Long',
  'data': { 'first-member': 'str',
            '*second-member': [ 'uint64' ],
            'third-member': 'Other' } }
`,
  );
});

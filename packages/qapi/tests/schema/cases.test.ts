import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile, type FileReader, renderFinding } from 'qapi';
import { assertGolden } from '../golden.js';

// Each case makes one claim, in its first line. The golden file holds what the compiler says, in full.
const directory = fileURLToPath(new URL('../../tests/cases/', import.meta.url));

const read: FileReader = (path) => {
  try {
    return { text: readFileSync(directory + path, 'utf8') };
  } catch {
    return { error: 'No such file or directory' };
  }
};

const cases = readdirSync(directory).filter((name) => name.endsWith('.json'));

for (const name of cases) {
  const claim = readFileSync(directory + name, 'utf8')
    .split('\n', 1)[0]
    ?.slice(2);
  test(`${name}: ${claim}`, () => {
    const { schema, findings } = compile(read, name, { dialect: '10.2' });
    assert.equal(schema === undefined, findings.length > 0);
    const said = findings.map((finding) => `${renderFinding(finding)}\n`).join('');
    assertGolden(`${directory}${name.replace(/json$/, 'out')}`, said || 'compiles\n');
  });
}

test('every golden file has a case', () => {
  const golden = readdirSync(directory).filter((name) => name.endsWith('.out'));
  assert.deepEqual(
    golden.map((name) => name.replace(/out$/, 'json')),
    cases,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, type Dialect, dialectRules, parse, readDocumentation } from 'qapi';

function read(lines: readonly string[], dialect: Exclude<Dialect, 'auto'>) {
  const text = `##\n${lines.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('')}##\n`;
  const source = createSource('a.json', text);
  const [comment] = parse(source).items;
  assert.ok(comment?.kind === 'comment');
  const { docs, findings } = readDocumentation(source, comment, dialectRules(dialect));
  const parts = docs.map((doc) => [
    doc.symbol,
    ...doc.sections.map(({ kind, name, text: words }) => `${name ?? kind}: ${words}`),
  ]);
  return { parts, findings: findings.map(({ line, message }) => `${line}: ${message}`) };
}

const BLOCK = ['@go:', '', 'Goes.', '', '@a: one', '    two', '', 'Features:', '', '@fast: quick', '', 'Since: 1.0'];

test('a block of 10.2 has parts in text order, with the indentation of continuation lines', () => {
  assert.deepEqual(read(BLOCK, '10.2'), {
    parts: [['go', 'plain: Goes.', 'a: one\n    two', 'fast: quick', 'since: 1.0']],
    findings: [],
  });
});

test('up to 8.0 text lines up with its first word', () => {
  assert.deepEqual(read(['@go:', '', '@a: one', '    two', '', 'Since: 1.0'], '6.2').parts, [
    ['go', 'plain: ', 'a: one\ntwo', 'since: 1.0'],
  ]);
  assert.deepEqual(read(['@go:', '', '@a: one', '  two'], '6.2').findings, [
    '5: unexpected de-indent (expected at least 4 spaces)',
  ]);
});

test('up to 8.0 text that starts on the next line is not indented', () => {
  assert.deepEqual(read(['@go:', '', '@a:', 'one', 'two'], '6.2').parts, [['go', 'plain: ', 'a: one\ntwo']]);
});

test('in 8.1 the first continuation line sets the indentation', () => {
  assert.deepEqual(read(['@go:', '', '@long-name: one', '    two', '      three'], '8.1'), {
    parts: [['go', 'plain: ', 'long-name: one\ntwo\n  three']],
    findings: [],
  });
});

test('up to 8.2 a heading splits free-form documentation', () => {
  const lines = ['= One', '', 'Words.', '', '= Two'];
  assert.deepEqual(read(lines, '6.2').parts, [
    [undefined, 'plain: = One\n\nWords.'],
    [undefined, 'plain: = Two'],
  ]);
  assert.equal(read(lines, '10.2').parts.length, 1);
});

test('Note and Example are tags up to 9.0', () => {
  const lines = ['@go:', '', 'Note: look', '', 'Example: <- {}'];
  for (const dialect of ['6.2', '8.1', '9.0'] as const) {
    assert.deepEqual(read(lines, dialect), {
      parts: [['go', 'plain: ', 'note: look', 'example: <- {}']],
      findings: [],
    });
  }
  assert.equal(read(lines, '9.1').findings.length, 2);
});

test('a tag with two colons is plain text', () => {
  assert.deepEqual(read(['@go:', '', 'Errors::', '', '    none'], '10.2').parts, [
    ['go', 'plain: Errors::\n\n    none'],
  ]);
});

test('the text of a part is read when it is asked for, and stays the same', () => {
  const source = createSource('a.json', '##\n# @go:\n#\n# Goes.\n##\n');
  const [comment] = parse(source).items;
  assert.ok(comment?.kind === 'comment');
  const [doc] = readDocumentation(source, comment, dialectRules('10.2')).docs;
  assert.equal(doc?.sections[0]?.text, 'Goes.');
  assert.equal(doc?.sections[0]?.text, 'Goes.');
});

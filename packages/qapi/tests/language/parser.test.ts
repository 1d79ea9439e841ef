import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSource, DEFAULT_LIMITS, formatFinding, parse, type SyntaxTree, tokens } from 'qapi';

const tree = (text: string): SyntaxTree => parse(createSource('a.json', text));
const errors = (text: string): string[] =>
  tree(text).items.flatMap((item) => (item.kind === 'error' ? [formatFinding(item.finding)] : []));

test('a text is split into tokens with their place', () => {
  const found = [...tokens(createSource('a.json', "{ 'a': [ true ] } # end\n##"))];
  assert.deepEqual(
    found.map(({ kind, line, offset }) => `${kind}@${line}:${offset}`),
    ['{@1:0', 'string@1:2', ':@1:5', '[@1:7', 'boolean@1:9', ']@1:14', '}@1:16', 'comment@2:24'],
  );
});

test('members keep their order and their place', () => {
  const [item] = tree("\n{ 'b': 'x',\n  'a': false }").items;
  assert.ok(item?.kind === 'expression');
  assert.equal(item.line, 2);
  assert.deepEqual([...item.value.members.keys()], ['b', 'a']);
  assert.equal(item.value.members.get('a')?.value.kind, 'boolean');
  assert.equal(item.value.members.get('a')?.keyOffset, 15);
});

test('CRLF and CR end a line as LF does', () => {
  assert.deepEqual(errors("{ 'a': 'b' }\r\n\r{ 'c' }\r"), ["a.json:3:7: expected ':'"]);
});

test('everything that Python calls space separates tokens', () => {
  assert.deepEqual(errors("\u00a0{\u2003'a'\v:\f'b'\u3000}\u001c"), []);
});

test('a byte order mark is a stray character', () => {
  assert.deepEqual(errors("\ufeff{ 'a': 'b' }"), ["a.json:1:1: stray '\ufeff'"]);
});

test('columns count a tab as QEMU does', () => {
  assert.deepEqual(errors("\t{ 'a' }"), ["a.json:1:7: expected ':'"]);
  assert.deepEqual(errors("{\t'a' }"), ["a.json:1:6: expected ':'"]);
});

test('the end of the file is at its last newline', () => {
  assert.deepEqual(errors("{ 'a': 'b'\n\n"), ["a.json:2:1: expected ',' or '}'"]);
});

test('empty lines inside a documentation block count as nothing', () => {
  const [comment] = tree('##\n# a\n\n# b\n##\n').items;
  assert.ok(comment?.kind === 'comment');
  assert.deepEqual(comment.lines, [3, 8, 12]);
});

test('every error of a file is found, each once', () => {
  const text = "{ 'a' 'b' }\n{ 'c': 'd' }\n{ 'e': [ }\n## junk\n##\n{ 'f': 'g' }\n{ 'h': 'i\n";
  assert.deepEqual(errors(text), [
    "a.json:1:7: expected ':'",
    "a.json:3:10: expected '{', '[', ']', string, or boolean",
    "a.json:4:1: junk after '##' at start of documentation comment",
    'a.json:7:8: missing terminating "\'"',
  ]);
  assert.equal(tree(text).items.filter(({ kind }) => kind === 'expression').length, 2);
});

test('nesting has a limit instead of a crash', () => {
  const deep = (levels: number) => `{ 'a': ${'['.repeat(levels)}${']'.repeat(levels)} }\n`;
  assert.deepEqual(errors(deep(DEFAULT_LIMITS.nesting - 1)), []);
  assert.match(errors(deep(DEFAULT_LIMITS.nesting))[0] ?? '', /nested deeper than 400 levels/);
  assert.equal(errors(deep(1_000_000)).length, 1);
});

test('long stray text is cut in the message', () => {
  assert.ok((errors('x'.repeat(100_000))[0] ?? '').length < 120);
});

test('a file has at most so many items', () => {
  const found = parse(createSource('a.json', "{ 'a': 'b' }\n".repeat(5)), { ...DEFAULT_LIMITS, items: 3 });
  const last = found.items[found.items.length - 1];
  assert.ok(found.items.length === 4 && last?.kind === 'error');
  assert.equal(last.finding.message, 'more than 3 top-level items');
});

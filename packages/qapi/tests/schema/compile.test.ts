import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, type FileReader, formatFinding, renderFinding } from 'qapi';

const files =
  (texts: Readonly<Record<string, string>>): FileReader =>
  (path) => {
    const text = texts[path];
    return text === undefined ? { error: 'No such file or directory' } : { text };
  };

const said = (texts: Readonly<Record<string, string>>) =>
  compile(files(texts), 'main.json').findings.map(formatFinding);

test('a main file that cannot be read is a finding without place', () => {
  assert.deepEqual(said({}), ["can't read schema file 'main.json': No such file or directory"]);
});

test('an empty file is a schema', () => {
  const { schema, findings } = compile(files({ 'main.json': '' }), 'main.json');
  assert.deepEqual(findings, []);
  assert.equal(schema?.commands.size, 0);
});

test('findings come in the order in which QEMU would meet them', () => {
  const text = "{ 'struct': 'Aa', 'data': { 'x': 'None' } }\n{ 'command': 'Go' }\n{ 'pragma': { 'no': true } }\n";
  assert.deepEqual(said({ 'main.json': text }), [
    "main.json:3: unknown pragma 'no'",
    "main.json: In command 'Go':\nmain.json:2: name of command must not use uppercase or '_'",
  ]);
});

test('a finding is shown with its include chain, its definition, and a caret under the culprit', () => {
  const texts = {
    'main.json': "\n{ 'include': 'b.json' }",
    'b.json': "{ 'struct': 'Aa',\n  'data': { 'x': 'None' } }",
  };
  const [finding] = compile(files(texts), 'main.json').findings;
  assert.ok(finding !== undefined);
  assert.equal(
    renderFinding(finding),
    `In file included from main.json:2:
b.json: In struct 'Aa':
b.json:2:18: member 'x' uses unknown type 'None' [unknown-type]
    'data': { 'x': 'None' } }
                   ^`,
  );
  assert.deepEqual(finding.qemu, { line: 1 });
});

test('a redefinition shows both places', () => {
  const text = "{ 'enum': 'Aa', 'data': [] }\n{ 'enum': 'Aa', 'data': [] }\n";
  assert.deepEqual(said({ 'main.json': text }), [
    `main.json: In enum 'Aa':
main.json:2: 'Aa' is already defined
main.json: In enum 'Aa':
main.json:1: previous definition`,
  ]);
});

test('types that a broken part may define are not reported as unknown', () => {
  const texts = { 'main.json': "{ 'struct': 'Bb' 'data': {} }\n{ 'command': 'go', 'data': { 'b': 'Bb' } }\n" };
  assert.deepEqual(said(texts), ["main.json:1:18: expected ',' or '}'"]);
});

test('modules and implicit types stand where QEMU has them', () => {
  const texts = {
    'dir/main.json': "{ 'include': 'sub/b.json' }\n{ 'command': 'go', 'data': { 'l': [ 'Bb' ] } }\n",
    'dir/sub/b.json': "{ 'struct': 'Bb', 'data': {} }\n",
  };
  const { schema } = compile(files(texts), 'dir/main.json');
  assert.deepEqual(
    schema?.modules.map(({ name, entities }) => [name, ...entities.map((each) => each.name)]),
    [
      ['main.json', 'sub/b.json', 'q_obj_go-arg', 'go'],
      ['sub/b.json', 'Bb', 'BbList'],
    ],
  );
});

test('an enum value without a branch gets the empty type, under its own condition', () => {
  const text = `{ 'enum': 'E', 'data': [ 'a', { 'name': 'b', 'if': 'B' } ] } { 'struct': 'Sa', 'data': {} }
{ 'union': 'Uu', 'base': { 'e': 'E' }, 'discriminator': 'e', 'data': { 'a': 'Sa' } }`;
  const type = compile(files({ 'main.json': text.replaceAll("'E'", "'Ee'") }), 'main.json').schema?.types.get('Uu');
  assert.ok(type?.kind === 'object');
  assert.deepEqual(
    type.variants?.branches.map(({ value, type: { name }, written, condition }) => [value, name, written, condition]),
    [
      ['a', 'Sa', true, undefined],
      ['b', 'q_empty', false, 'B'],
    ],
  );
});

test('the dialect is found by what is written', () => {
  const old = "##\n# @go:\n#\n# Note: One. Two.\n#       Three.\n##\n{ 'command': 'go' }\n";
  assert.deepEqual(said({ 'main.json': old }), []);
  const strict = compile(files({ 'main.json': old }), 'main.json', { dialect: '10.2' });
  assert.ok(strict.findings.length > 0);
});

test('a version since which something exists is read from its documentation', () => {
  const text = "##\n# @go:\n#\n# Since: 2.9\n##\n{ 'command': 'go' }\n";
  assert.equal(compile(files({ 'main.json': text }), 'main.json').schema?.commands.get('go')?.since, '2.9');
});

test('includes may not nest without end', () => {
  const endless: FileReader = (path) => ({ text: `{ 'include': '${path}x' }` });
  const { findings } = compile(endless, 'a');
  assert.match(findings[0]?.message ?? '', /includes nest deeper than 100 files/);
});

const GARBAGE = ['{', 'x ', "'", '{ \n', "{ 'a': [\n", '\0', "{ 'command': 'a' }\n", '##\n# @a:\n', '{}', "{ 'a':\n"];

for (const garbage of GARBAGE) {
  test(`megabytes of ${JSON.stringify(garbage)} are findings, not a crash`, () => {
    const text = garbage.repeat(Math.ceil(2e6 / garbage.length));
    const { findings } = compile(files({ 'main.json': text }), 'main.json', { dialect: '10.2' });
    assert.ok(findings.length > 0);
  });
}

test('a file beyond the limit is a finding', () => {
  const texts = { 'main.json': "{ 'include': 'b.json' }\n", 'b.json': ' '.repeat(1000) };
  const { findings } = compile(files(texts), 'main.json', { limits: { fileLength: 500 } });
  assert.deepEqual(findings.map(formatFinding), [
    "main.json:1: can't read include file 'b.json': it is longer than 500 characters",
  ]);
});

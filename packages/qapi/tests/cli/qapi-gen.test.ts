import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/qapi-gen.js', import.meta.url));
const GOOD =
  "{'struct':'Point','data':{'x':'int'}}\n{'command':'move','data':'Point','features':['deprecated']}\n{'event':'MOVED','data':'Point'}\n";
const BAD = "{'command':'move','data':'Nowhere'}\n{'command':'stop','data':'Never'}\n";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with a schema in it, gone after the test. */
function workspace(
  context: TestContext,
  schema: string,
): { directory: string; run(...argv: string[]): Promise<Outcome> } {
  const directory = mkdtempSync(join(tmpdir(), 'qapi-gen-'));
  context.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'schema.json'), schema);
  const run = (...argv: string[]) =>
    new Promise<Outcome>((resolve) => {
      execFile(process.execPath, [BIN, ...argv], { cwd: directory }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  return { directory, run };
}

test('check finds nothing wrong with a good schema', async (context) => {
  const { code, stdout } = await workspace(context, GOOD).run('check', 'schema.json');
  assert.deepEqual([code, stdout], [0, '1 commands, 1 events: no findings\n']);
});

test('findings go to standard error with file, line and column, all at once, and nothing is written', async (context) => {
  const { directory, run } = workspace(context, BAD);
  const { code, stdout, stderr } = await run('types', 'schema.json', '-o', 'out');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^schema\.json:1:\d+: .*Nowhere/m);
  assert.match(stderr, /^schema\.json:2:\d+: .*Never/m);
  assert.deepEqual(readdirSync(directory), ['schema.json']);
});

test('types are written, and only the files that changed', async (context) => {
  const { directory, run } = workspace(context, GOOD);
  assert.equal((await run('types', 'schema.json', '-o', 'out')).code, 0);
  const files = ['types.ts', 'commands.ts', 'events.ts', 'index.ts'].map((name) => join(directory, 'out', name));
  for (const file of files) utimesSync(file, 1, 1);
  assert.equal((await run('types', 'schema.json', '-o', 'out')).stdout, 'nothing changed\n');
  writeFileSync(join(directory, 'schema.json'), `${GOOD}{'event':'TURNED'}\n`);
  assert.equal((await run('types', 'schema.json', '-o', 'out')).stdout, 'wrote out/events.ts\n');
  assert.deepEqual(
    files.map((file) => statSync(file).mtimeMs === 1000),
    [true, true, false, true],
  );
});

test('docs are written as Markdown and as one page that needs nothing else', async (context) => {
  const { directory, run } = workspace(context, GOOD);
  assert.equal((await run('docs', 'schema.json', '--prefix', 'toy', '--title', 'Toys & <more>')).code, 0);
  assert.match(readFileSync(join(directory, 'toy-commands.md'), 'utf8'), /### `move`\n\n\*\*deprecated\*\*/);
  const page = readFileSync(join(directory, 'toy-reference.html'), 'utf8');
  assert.match(page, /<article id="move" class="command">/);
  assert.match(page, /<title>Toys &#38; &#60;more&#62;<\/title>/);
  assert.doesNotMatch(page, /(?:src|href)="(?!#)/);
});

test('introspect prints what a server would answer', async (context) => {
  const { stdout } = await workspace(context, GOOD).run('introspect', 'schema.json');
  const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  assert.ok(names.includes('move') && names.includes('MOVED') && !names.includes('Point'));
});

test('a saved reply is a schema, too', async (context) => {
  const { run } = workspace(context, GOOD);
  assert.equal((await run('introspect', 'schema.json', '-o', 'reply.json')).code, 0);
  const { code, stdout } = await run('diff', 'schema.json', 'reply.json');
  assert.deepEqual([code, stdout.split('\n')[0]], [0, 'no difference']);
});

test('table prints JSON, or a module when the output is one', async (context) => {
  const { directory, run } = workspace(context, GOOD);
  const { stdout } = await run('table', 'schema.json');
  assert.deepEqual(JSON.parse(stdout).commands, { move: { arguments: 'Point', features: ['deprecated'] } });
  await run('table', 'schema.json', '-o', 'table.ts');
  assert.match(readFileSync(join(directory, 'table.ts'), 'utf8'), /^export const table: SchemaTable = \{$/m);
});

test('all writes everything from one compilation', async (context) => {
  const { directory, run } = workspace(context, GOOD);
  assert.equal((await run('all', 'schema.json', '-o', 'out')).code, 0);
  assert.deepEqual(readdirSync(join(directory, 'out')).sort(), ['api', 'docs', 'introspection.json', 'table.json']);
});

test('ast prints the tree with positions', async (context) => {
  const { stdout } = await workspace(context, GOOD).run('ast', 'schema.json');
  const { items } = JSON.parse(stdout);
  assert.deepEqual(
    [items.length, items[1].kind, items[1].line, items[1].members[0].key],
    [3, 'expression', 2, 'command'],
  );
});

test('print lays a file out evenly, and the result says the same', async (context) => {
  const { run } = workspace(context, GOOD);
  const { code, stdout } = await run('print', 'schema.json');
  assert.equal(code, 0);
  assert.match(stdout, /^\{ 'command': 'move',/m);
  await run('print', 'schema.json', '-o', 'even.json');
  assert.equal((await run('diff', 'schema.json', 'even.json')).stdout.split('\n')[0], 'no difference');
});

test('diff exits with 1 when the verdict asked for is incompatible', async (context) => {
  const { directory, run } = workspace(context, GOOD);
  writeFileSync(join(directory, 'more.json'), `${GOOD}{'command':'turn'}\n`);
  assert.equal((await run('diff', 'schema.json', 'more.json')).code, 0);
  assert.equal((await run('diff', '--for', 'both', 'schema.json', 'more.json')).code, 1);
  const { code, stdout } = await run('diff', '--json', 'more.json', 'schema.json');
  assert.deepEqual([code, JSON.parse(stdout).client, JSON.parse(stdout).changes.length], [1, 'incompatible', 1]);
});

test('wrong usage exits with 2 and says what was meant', async (context) => {
  const { run } = workspace(context, GOOD);
  const cases: [string[], RegExp][] = [
    [['chek'], /unknown command "chek", did you mean "check"/],
    [['check', '--dialct=x'], /unknown option "--dialct", did you mean "--dialect"/],
    [['check', '--dialect', '3.0', 'schema.json'], /unknown dialect "3.0"/],
    [['check'], /which schema/],
    [['check', 'a', 'b'], /one schema at a time/],
    [['check', 'missing.json'], /missing\.json.*No such file/],
    [['types', 'schema.json', '-o'], /"-o" needs a value/],
    [['types', 'schema.json', '--any', 'x'], /NAME=MODULE/],
    [['diff', 'schema.json'], /two schemas/],
    [['check', 'unix:/nowhere/at.sock'], /cannot read the schema of unix:\/nowhere\/at\.sock/],
    [['types', 'schema.json', '-o', 'schema.json'], /EEXIST|ENOTDIR/],
  ];
  for (const [argv, expected] of cases) {
    const { code, stderr } = await run(...argv);
    assert.equal(code, 2, argv.join(' '));
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
});

test('every command has help with examples', async (context) => {
  const { run } = workspace(context, GOOD);
  const { stdout } = await run('--help');
  const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1] ?? '');
  assert.ok(names.length >= 7);
  for (const name of names) {
    const { code, stdout: text } = await run(name, '--help');
    assert.equal(code, 0);
    assert.match(text, new RegExp(`Usage: qapi-gen ${name}[\\s\\S]*Examples:\n {2}qapi-gen ${name}`));
  }
});

test('--watch runs again when a file changes, also after a finding, until interrupted', async (context) => {
  const { directory } = workspace(context, BAD);
  const child = spawn(process.execPath, [BIN, 'check', '--watch', 'schema.json'], { cwd: directory });
  let output = '';
  const waitFor = (text: RegExp) =>
    new Promise<void>((resolve) => {
      const look = (chunk: string) => {
        output += chunk;
        if (!text.test(output)) return;
        output = '';
        child.stdout.off('data', look);
        child.stderr.off('data', look);
        resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
    });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  await waitFor(/Nowhere[\s\S]*watching/);
  writeFileSync(join(directory, 'schema.json'), GOOD);
  await waitFor(/1 commands[\s\S]*watching/);
  child.kill('SIGINT');
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
});

test('a schema is read from a pipe', async (context) => {
  const { directory } = workspace(context, GOOD);
  const shell = `cat schema.json | "${process.execPath}" "${BIN}" check /dev/stdin`;
  const stdout = await new Promise((resolve) =>
    execFile('sh', ['-c', shell], { cwd: directory }, (_, out) => resolve(out)),
  );
  assert.equal(stdout, '1 commands, 1 events: no findings\n');
});

test('an include that cannot be read is a finding with a place, a schema that cannot be read is none', async (context) => {
  const { run } = workspace(context, "{ 'include': 'nowhere.json' }\n");
  const include = await run('check', 'schema.json');
  assert.equal(include.code, 1);
  assert.match(include.stderr, /^schema\.json:1:1: can't read include file 'nowhere\.json': No such file or directory/);
  const main = await run('check', 'nowhere.json');
  assert.equal(main.code, 2);
  assert.match(main.stderr, /^qapi-gen: can't read schema file 'nowhere\.json': No such file or directory\n$/);
  const endless = await run('check', '/dev/zero');
  assert.equal(endless.code, 2);
  assert.match(endless.stderr, /'\/dev\/zero': it is longer than \d+ characters\n$/);
});

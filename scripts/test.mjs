#!/usr/bin/env node
/**
 * Runs the compiled tests, each file in a process of its own, and prints which rings were skipped and why.
 *
 *   node scripts/test.mjs                  every ring whose programs are installed
 *   node scripts/test.mjs qmp/tests/json   only files whose path contains one of the words
 *   node scripts/test.mjs --ring qemu      only files that need that ring
 *
 * The last line is `N passed, N failed, N skipped`. With CI=true a skipped ring fails the run.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { parseArgs } from 'node:util';
import { missing, ringOf } from './rings.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const { values, positionals } = parseArgs({
  options: { ring: { type: 'string' }, concurrency: { type: 'string', default: '2' }, verbose: { type: 'boolean' } },
  allowPositionals: true,
});

// What is tested follows the sources: a build leaves behind what older ones once compiled to.
const files = ['packages/qmp', 'packages/qapi', 'packages/machine', 'packages/tools', 'conformance']
  .map((folder) => ({ sources: join(root, folder, 'tests'), compiled: join(root, folder, 'build-tests') }))
  .concat({ sources: join(root, 'tests'), compiled: join(root, 'tests/build-tests') })
  .flatMap(({ sources, compiled }) =>
    readdirSync(sources, { recursive: true })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(compiled, name.replace(/ts$/, 'js'))),
  )
  .filter((file) => values.ring === undefined || ringOf(file)?.split('-').includes(values.ring) === true)
  .filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)));

const skippedRings = new Map();
const runnable = files.filter((file) => {
  const ring = ringOf(file);
  if (ring === undefined || missing(ring).programs.length === 0) return true;
  skippedRings.set(ring, (skippedRings.get(ring) ?? 0) + 1);
  return false;
});

let passed = 0;
let failed = 0;
let skipped = 0;
const failures = [];
const seconds = new Map();
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${join(root, 'scripts/fail-on-warning.mjs')}`;

// The tests of the whole product share one port and pack what is built, so they run by themselves, after the others.
const whole = runnable.filter((file) => file.startsWith(join(root, 'tests')));
await runFiles(
  runnable.filter((file) => !whole.includes(file)),
  Number(values.concurrency),
);
await runFiles(whole, 1);

async function runFiles(some, concurrency) {
  if (some.length === 0) return;
  const stream = run({ files: some, concurrency, timeout: 300_000 });
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined || event.todo !== undefined) skipped++;
    else passed++;
    if (values.verbose) console.log(`ok   ${event.name} (${event.details.duration_ms.toFixed(0)} ms)`);
  });
  stream.on('test:fail', (event) => {
    if (event.details.type === 'suite') return;
    const error = event.details.error;
    if (error?.failureType === 'subtestsFailed') return;
    failed++;
    const cause = error?.cause ?? error;
    failures.push(`${event.file ? relative(root, event.file) : ''} › ${event.name}\n${cause?.stack ?? cause}`);
    console.log(`FAIL ${event.file ? relative(root, event.file) : ''} › ${event.name}`);
  });
  stream.on('test:complete', (event) => {
    if (event.nesting > 0 || event.file === undefined) return;
    seconds.set(event.file, (seconds.get(event.file) ?? 0) + event.details.duration_ms / 1000);
  });
  stream.on('test:stderr', (event) => process.stderr.write(event.message));
  stream.on('test:stdout', (event) => {
    if (values.verbose) process.stdout.write(event.message);
  });
  await new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('end', resolve);
    stream.resume();
  });
}

for (const failure of failures) console.log(`\n${failure.split('\n').slice(0, 40).join('\n')}`);
const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 10);
console.log(`slowest: ${slowest.map(([file, s]) => `${relative(root, file)} ${s.toFixed(0)} s`).join(', ')}`);
for (const [ring, count] of skippedRings) {
  skipped += count;
  const { programs, get } = missing(ring);
  console.log(`skipped ring "${ring}": ${count} files need ${programs.join(', ')} (${get})`);
}
for (const failure of failures) console.log(`FAIL ${failure.split('\n', 1)[0]}`);
const skipFails = process.env.CI === 'true' && skipped > 0;
if (skipFails) console.log('on CI nothing may be skipped');
console.log(`${passed} passed, ${failed + (skipFails ? 1 : 0)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 || skipFails ? 1 : 0;

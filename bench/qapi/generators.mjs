/**
 * Whole processes side by side: our compiler and QEMU's generator on the same schema, in CPU time, and the growth of ours
 * with the size of the schema.
 *
 *   node bench/qapi/generators.mjs --generator TREE --schema FILE [--newest FILE] [--rounds 9]
 *
 * TREE is an unpacked source of QEMU whose scripts/qapi is run. With Debian:
 *   echo 'deb-src http://deb.debian.org/debian bookworm main' > /etc/apt/sources.list.d/src.list
 *   apt-get update && apt-get source --download-only qemu && tar xf qemu_*.orig.tar.xz
 * FILE is a qapi-schema.json that this generator reads; --newest one that only ours reads, for its own figures.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../lib/rounds.mjs';
import { multiply } from './multiply.mjs';

const text = { type: 'string' };
const { values } = parseArgs({
  options: { generator: text, schema: text, newest: text, rounds: { ...text, default: '9' } },
});
if (!values.generator || !values.schema) throw new Error('give --generator TREE and --schema FILE');
const rounds = Number(values.rounds);
const work = mkdtempSync(join(tmpdir(), 'qapi-bench-'));
process.once('exit', () => rmSync(work, { recursive: true }));

const qapiGen = fileURLToPath(new URL('../../packages/qapi/bin/qapi-gen.js', import.meta.url));
const ours = (command, schema) => [process.execPath, qapiGen, ...command, schema];
const all = ['all', '-o', join(work, 'ours')];
const frontEnd = `import sys; sys.path.insert(0, sys.argv[1] + '/scripts')
from qapi.schema import QAPISchema
QAPISchema(sys.argv[2])`;
const theirs = {
  check: (schema) => ['python3', '-c', frontEnd, values.generator, schema],
  all: (schema) => ['python3', `${values.generator}/scripts/qapi-gen.py`, '-o', join(work, 'theirs'), schema],
};

/** User and system time of one process and its threads, in seconds. */
function cpuSeconds(argv) {
  const { stderr, status, error } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', 'time', ...argv],
    { encoding: 'utf8' },
  );
  if (error || status !== 0) throw new Error(`${argv.join(' ')} failed: ${error ?? stderr}`);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return user + system;
}

/** Runs the variants in turn, round by round, and returns the median of each. */
function race(variants) {
  const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, argv] of Object.entries(variants)) {
      const seconds = cpuSeconds(argv);
      if (round >= 0) times[name].push(seconds);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

function print(title, medians, baseline) {
  console.log(`\n${title}`);
  for (const [name, seconds] of Object.entries(medians)) {
    const ratio = baseline ? `  ${(seconds / medians[baseline]).toFixed(2)} x` : '';
    console.log(`  ${name.padEnd(28)} ${(seconds * 1000).toFixed(0).padStart(6)} ms${ratio}`);
  }
}

const bare = { 'node -e 0': [process.execPath, '-e', '0'] };
print(
  `Check ${values.schema}: CPU time, median of ${rounds}`,
  race({ "QEMU's front end": theirs.check(values.schema), 'qapi-gen check': ours(['check'], values.schema), ...bare }),
  "QEMU's front end",
);
print(
  `Generate everything from ${values.schema}`,
  race({ "QEMU's generator": theirs.all(values.schema), 'qapi-gen all': ours(all, values.schema) }),
  "QEMU's generator",
);
if (values.newest) {
  print(
    `${values.newest}, ours only`,
    race({ 'qapi-gen check': ours(['check'], values.newest), 'qapi-gen all': ours(all, values.newest) }),
  );
}

const sizes = [1, 2, 4, 8];
const grown = Object.fromEntries(
  sizes.map((times) => [
    `${times} x the schema`,
    ours(['check'], multiply(values.newest ?? values.schema, times, join(work, `x${times}`))),
  ]),
);
print('qapi-gen check by size', race({ ...bare, ...grown }), '1 x the schema');

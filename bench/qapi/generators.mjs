/**
 * Whole processes side by side: our compiler and QEMU's generator on the same schema, in CPU time, and the growth of both
 * with the size of the schema.
 *
 *   node bench/qapi/generators.mjs --generator TREE --schema FILE [--rounds 9]
 *
 * TREE is an unpacked source of QEMU whose scripts/qapi is run; FILE a qapi-schema.json that it reads. With Debian:
 *   a line "deb-src MIRROR sid main" in /etc/apt/sources.list.d, then
 *   apt-get update && apt-get source --download-only qemu=VERSION && tar xf qemu_*.orig.tar.xz
 * Bookworm's source reads the schema of 7.2, that of 10.2.2 in sid the one of 10.2; `apt-cache showsrc qemu` tells the
 * versions.
 *
 * A wrapper around `python3` (pyenv's) and a bundle of certificates (NODE_EXTRA_CA_CERTS, which Node reads at every start)
 * cost more than some of what is measured here. Both are passed by.
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
  options: { generator: text, schema: text, rounds: { ...text, default: '9' } },
});
if (!values.generator || !values.schema) throw new Error('give --generator TREE and --schema FILE');
const rounds = Number(values.rounds);
const work = mkdtempSync(join(tmpdir(), 'qapi-bench-'));
process.once('exit', () => rmSync(work, { recursive: true }));

const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();
const qapiGen = fileURLToPath(new URL('../../packages/qapi/bin/qapi-gen.js', import.meta.url));
const ours = (command, schema) => [process.execPath, qapiGen, ...command, schema];
const all = ['all', '-o', join(work, 'ours')];
const frontEnd = `import sys; sys.path.insert(0, sys.argv[1] + '/scripts')
from qapi.schema import QAPISchema
QAPISchema(sys.argv[2])`;
const theirs = {
  check: (schema) => [python, '-c', frontEnd, values.generator, schema],
  all: (schema) => [python, `${values.generator}/scripts/qapi-gen.py`, '-o', join(work, 'theirs'), schema],
};

/** User and system time of one process and its threads, in seconds. */
function cpuSeconds(argv) {
  const { stderr, status, error } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', 'time', ...argv],
    { encoding: 'utf8', env },
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

const bare = { 'node -e 0': [process.execPath, '-e', '0'], 'python3 -c 0': [python, '-c', '0'] };
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

for (const times of [1, 2, 4, 8]) {
  const schema = multiply(values.schema, times, join(work, `x${times}`));
  const medians = race({
    "QEMU's front end": theirs.check(schema),
    'qapi-gen check': ours(['check'], schema),
    'qapi-gen all': ours(all, schema),
  });
  print(`${times} x the schema`, medians, "QEMU's front end");
}

#!/usr/bin/env node
/**
 * Runs the compiled tests of the core under other versions of Node, which the npm package `node` brings.
 *
 *   node scripts/node-majors.mjs [MAJOR…]        default: 22 24
 *
 * The last line is `N passed, N failed`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The rooms that run anywhere; tests that need a program carry its name and are left out. */
const rooms = ['json', 'protocol', 'client', 'monitor', 'testing', 'web'];
const majors = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];

const files = rooms.flatMap((room) => {
  const folder = join(root, 'packages/qmp/build-tests', room);
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => /\/[^./]+\.test\.js$/.test(name));
});

/** Installs one major and returns its program. */
function install(major, folder) {
  execFileSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--silent', '--prefix', folder, `node@${major}`],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return join(folder, 'node_modules/node/bin/node');
}

/** Runs the tests and counts what its runner tells in TAP. */
function run(node) {
  return new Promise((resolve) => {
    const options = `--import=${join(root, 'scripts/fail-on-warning.mjs')}`;
    const child = spawn(node, ['--test', '--test-concurrency=2', '--test-reporter=tap', ...files], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: options },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (code) => {
      const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
      const failures = text.split('\n').filter((line) => /^\s*not ok /.test(line));
      const failed = count('fail') + count('cancelled');
      resolve({ passed: count('pass'), failed: code !== 0 && failed === 0 ? 1 : failed, failures });
    });
  });
}

let passed = 0;
let failed = 0;
for (const major of majors) {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-node-'));
  try {
    const node = install(major, folder);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const result = await run(node);
    for (const line of result.failures) console.log(`${version} ${line.trim()}`);
    console.log(
      `Node ${version}, ${files.length} files below ${relative(root, join(root, 'packages/qmp/build-tests'))}: ${result.passed} passed, ${result.failed} failed`,
    );
    passed += result.passed;
    failed += result.failed;
  } catch (error) {
    console.log(`Node ${major}: ${error.message}`);
    failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

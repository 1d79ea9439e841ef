/**
 * Cold starts of the tools as whole processes, beside an empty Node script: wall and processor time, medians of
 * interleaved rounds and of the ratios inside a round. Then the time to the shell's first prompt on a terminal, beside
 * Python's `qmp-shell` where its package is given, and completion in the schema of a QEMU.
 *
 *   node bench/tools/cold-start.mjs [--rounds N] [--python FOLDER]
 *
 * FOLDER holds the Python package `qemu.qmp`: the folder `python` of QEMU's source.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from 'qmp';
import { complete } from '../../packages/tools/dist/completion/complete.js';
import { ServerSchema } from '../../packages/tools/dist/schema/server-schema.js';
import { median } from '../lib/rounds.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, python: { type: 'string' } } });
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
const socket = join(folder, 'qmp.sock');
const tool = (name) => fileURLToPath(new URL(`../../packages/tools/bin/${name}.js`, import.meta.url));
const env = { ...process.env, HOME: folder, XDG_STATE_HOME: folder, TERM: 'xterm' };

const qemu = spawn(
  'qemu-system-x86_64',
  ['-M', 'q35', '-S', '-nodefaults', '-display', 'none', '-qmp', `unix:${socket},server=on,wait=off`],
  { stdio: 'ignore' },
);
try {
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20));
  coldStarts();
  await firstOutputs();
  await firstPrompts();
  await completions();
} finally {
  qemu.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

function coldStarts() {
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const variants = {
    'empty script': [empty],
    'qmp exec': [tool('qmp'), 'exec', socket, 'query-status'],
    'vm-info': [tool('vm-info'), socket],
    'qom-list': [tool('qom-list'), socket, '/machine'],
  };
  const seen = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, args] of Object.entries(variants)) {
      const cost = costOf([process.execPath, ...args]);
      if (round >= 0) seen[name].push(cost);
    }
  }
  console.log(`\ncold start, whole processes, ${rounds} rounds`);
  for (const [name, costs] of Object.entries(seen)) {
    const line = ['wall', 'cpu'].map((clock) => {
      const ratio = median(costs.map((cost, round) => cost[clock] / seen['empty script'][round][clock]));
      return `${clock} ${median(costs.map((cost) => cost[clock])).toFixed(0)} ms ${ratio.toFixed(2)} x`;
    });
    console.log(`  ${name.padEnd(14)}${line.join('   ')}`);
  }
}

/** What a person waits for: the time until something is printed. */
async function firstOutputs() {
  const variants = {
    'a script that prints': ['-e', 'console.log(1)'],
    'qmp exec': [tool('qmp'), 'exec', socket, 'query-status'],
    'vm-info': [tool('vm-info'), socket],
  };
  const seen = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, args] of Object.entries(variants)) {
      const start = performance.now();
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(child.stdout, 'data');
      const milliseconds = performance.now() - start;
      await once(child, 'close');
      if (round >= 0) seen[name].push(milliseconds);
    }
  }
  console.log(`\nfirst output, ${rounds} rounds`);
  const [baseline] = Object.values(seen);
  for (const [name, times] of Object.entries(seen)) {
    const ratio = median(times.map((time, round) => time / baseline[round]));
    console.log(`  ${name.padEnd(22)}wall ${median(times).toFixed(0)} ms ${ratio.toFixed(2)} x`);
  }
}

/** Wall and processor time of one process, in milliseconds, as its shell saw them. */
function costOf(words) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  const [wall, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

async function firstPrompts() {
  const variants = { 'qmp-shell': [process.execPath, [tool('qmp-shell'), socket], env] };
  if (values.python !== undefined) {
    const pythonEnv = { ...env, PYTHONPATH: values.python };
    variants["Python's qmp-shell"] = ['python3', ['-m', 'qemu.qmp.qmp_shell', socket], pythonEnv];
  }
  const seen = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -2; round < rounds / 2; round++) {
    for (const [name, args] of Object.entries(variants)) {
      const milliseconds = await untilPrompt(...args);
      if (round >= 0) seen[name].push(milliseconds);
    }
  }
  console.log('\nfirst prompt on a terminal');
  for (const [name, times] of Object.entries(seen)) {
    const ratio = median(times.map((time, round) => time / seen['qmp-shell'][round]));
    console.log(`  ${name.padEnd(20)}${median(times).toFixed(0)} ms   ${ratio.toFixed(2)} x`);
  }
}

/** Milliseconds until the prompt comes, on a terminal that `script` makes. */
function untilPrompt(program, args, environment) {
  const start = performance.now();
  const command = [program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let at;
  return new Promise((resolve) => {
    child.stdout.on('data', (data) => {
      text += data;
      if (at === undefined && text.includes('(QEMU)')) {
        at = performance.now() - start;
        child.stdin.write('\u0004');
      }
    });
    // Waited for: the next one finds the monitor free.
    child.once('close', () => resolve(at ?? Number.NaN));
  });
}

async function completions() {
  const vm = await connect(socket);
  const reply = await vm.execute('query-qmp-schema');
  await vm.close();
  console.log(`\ncompletion in a schema of ${Math.round(JSON.stringify(reply).length / 1000)} kB`);
  const lines = ['query-', 'blockdev-add ', 'blockdev-add driver=qcow2 file.driver=file file.', 'blockdev-add driver='];
  const nothing = { localNames: [], commandNames: [], lookup: async () => [], learn: async () => undefined };
  for (const line of lines) {
    const fresh = await timeOf(() => complete(line, { ...nothing, schema: new ServerSchema(reply) }));
    const schema = new ServerSchema(reply);
    const known = await timeOf(() => complete(line, { ...nothing, schema }));
    console.log(`  ${line.padEnd(50)} with reading it ${fresh} ms, then ${known} ms`);
  }
}

async function timeOf(action) {
  const times = [];
  for (let round = 0; round < 50; round++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
  }
  return `${median(times).toFixed(2)} (at most ${Math.max(...times).toFixed(1)})`;
}

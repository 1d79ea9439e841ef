/**
 * From the start of a process to the first reply: a bundled script that uses this client beside the least that Node
 * needs for the same, in interleaved rounds.
 *
 *   node bench/client/start.mjs [ROUNDS]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median } from '../lib/rounds.mjs';

const rounds = Number(process.argv[2] ?? 21);
const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
const path = join(folder, 's');

const scripts = {
  'nothing (the floor)': 'replied();',
  'bare script': `
    const socket = require('node:net').connect(${JSON.stringify(path)}).setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf('\\n'); end >= 0; end = text.indexOf('\\n')) {
        const message = JSON.parse(text.slice(0, end));
        text = text.slice(end + 1);
        if (message.QMP) socket.write('{"execute":"qmp_capabilities"}');
        else if (message.return.status === undefined) socket.write('{"execute":"query-status"}');
        else { replied(message.return.status); socket.destroy(); }
      }
    });`,
  'qmp (this client)': `
    import { connect } from 'qmp';
    connect(${JSON.stringify(path)}).then(async (vm) => {
      replied((await vm.execute('query-status')).status);
      await vm.close();
    });`,
};

const resolveDir = new URL('.', import.meta.url).pathname;
const files = {};
for (const [name, contents] of Object.entries(scripts)) {
  files[name] = join(folder, `${Object.keys(files).length}.cjs`);
  const options = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    write: false,
    logLevel: 'error',
  };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir }, external: ['ws', 'koffi'] });
  const replied = `function replied(status) {
    const { user, system } = process.cpuUsage();
    process.stdout.write((user + system) / 1000 + ' ' + status);
  }`;
  writeFileSync(files[name], `${replied}\n${outputFiles[0].text}`);
}

/** Runs a script: milliseconds on the wall until it has its reply, and of its processor time, which it tells itself. */
async function time(file) {
  const start = performance.now();
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [text] = await once(child.stdout, 'data');
  const wall = performance.now() - start;
  await exit;
  return { wall, cpu: Number.parseFloat(text) };
}

const program = join(folder, 'instant-server');
execFileSync('gcc', ['-O2', '-o', program, new URL('instant-server.c', import.meta.url).pathname]);
const server = spawn(program, [path]);
try {
  await once(server.stdout, 'data');
  const times = Object.fromEntries(Object.keys(files).map((name) => [name, []]));
  for (let round = -2; round < rounds; round++)
    for (const [name, file] of Object.entries(files)) {
      const result = await time(file);
      if (round >= 0) times[name].push(result);
    }
  for (const [name, results] of Object.entries(times)) {
    const [wall, cpu] = ['wall', 'cpu'].map((clock) => {
      const ratio = median(results.map((result, round) => result[clock] / times['bare script'][round][clock]));
      return `${median(results.map((result) => result[clock]))
        .toFixed(1)
        .padStart(6)} ms ${clock} ${ratio.toFixed(2)} x`;
    });
    console.log(`${name.padEnd(20)} ${wall}  ${cpu}  ${(statSync(files[name]).size / 1024).toFixed(0).padStart(4)} kB`);
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

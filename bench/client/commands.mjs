/**
 * Commands a second of this client beside hand-written loops, on the same server, in interleaved rounds.
 *
 *   node bench/client/commands.mjs [--rounds 9] [--qemu] [--cpu] [--peers FOLDER] [--python FOLDER]
 *
 * --qemu measures against a real QEMU in place of the instant server. --cpu counts processor time and not time on the
 * wall: with --qemu that of QEMU, else that of this process (Python's is not in it). --peers names a folder in whose
 * node_modules the npm packages node-qemu and qemu-qmp are installed; they join the table.
 * --python names a folder that Python can import qemu.qmp from, such as python/ in QEMU's source tree.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from 'qmp';
import { cpuSeconds, interleave, report, wallSeconds } from '../lib/rounds.mjs';
import { bare, raw, tuned } from './loops.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    qemu: { type: 'boolean' },
    cpu: { type: 'boolean' },
    peers: { type: 'string' },
    python: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));

const ours = async (path) => {
  const vm = await connect(path);
  return { execute: (command) => vm.execute(command), close: () => vm.close() };
};

/** The npm packages, where they are installed. */
async function peers() {
  if (values.peers === undefined) return {};
  const require = createRequire(pathToFileURL(join(values.peers, 'x.js')));
  const found = {};
  try {
    const Qmp = require('qemu-qmp');
    found['npm qemu-qmp'] = (path) =>
      new Promise((resolve) => {
        const client = new Qmp();
        client.connect(path, () => {
          const execute = (command) =>
            new Promise((settle) => client.execute(command, (_error, value) => settle(value)));
          resolve({ execute, close: () => client.destroy() });
        });
      });
  } catch {}
  try {
    const { QMPClient } = require('node-qemu');
    found['npm node-qemu'] = async (path) => {
      const client = new QMPClient({ socketPath: path });
      await client.connect();
      return { execute: (command) => client.execute(command), close: () => client.close() };
    };
  } catch {}
  return found;
}

const shapes = {
  'one at a time': { width: 1, commands: values.qemu ? 500 : 3000 },
  'window of eight': { width: 8, commands: values.qemu ? 1000 : 8000 },
  burst: { width: Number.POSITIVE_INFINITY, commands: values.qemu ? 1000 : 20_000 },
};

/** Python's client, which does whole rounds by itself. */
async function python(path) {
  const script = new URL('peer.py', import.meta.url).pathname;
  const child = spawn('python3', [script, values.python, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async run({ width, commands }) {
      // All at once would take Python minutes; a tenth of them is a burst too.
      const count = Math.ceil(commands / 10);
      child.stdin.write(`${Math.min(width, count)} ${count}\n`);
      await once(child.stdout, 'data');
      return count;
    },
    close: () => child.stdin.end(),
  };
}

/** Keeps `width` commands on their way until `commands` were answered. */
async function run({ execute }, { width, commands }) {
  let left = commands;
  const lane = async () => {
    while (left-- > 0) await execute('query-status');
  };
  if (width === Number.POSITIVE_INFINITY)
    await Promise.all(Array.from({ length: commands }, () => execute('query-status')));
  else await Promise.all(Array.from({ length: width }, lane));
  return commands;
}

async function startServer(names) {
  if (!values.qemu) {
    const path = join(folder, 's');
    const program = join(folder, 'instant-server');
    execFileSync('gcc', ['-O2', '-o', program, new URL('instant-server.c', import.meta.url).pathname]);
    const child = spawn(program, [path]);
    await once(child.stdout, 'data');
    return { child, paths: names.map(() => path) };
  }
  const paths = names.map((_, i) => join(folder, `s${i}`));
  const monitors = paths.flatMap((path) => ['-qmp', `unix:${path},server=on,wait=off`]);
  const child = spawn('qemu-system-x86_64', ['-M', 'none', '-display', 'none', '-nodefaults', ...monitors]);
  while (!paths.every((path) => existsSync(path))) await delay(20);
  await delay(200);
  return { child, paths };
}

/** The largest reply there is, beside JSON.parse of its bytes without any wire. */
async function schemas(path, client) {
  const text = JSON.stringify({ return: await client.execute('query-qmp-schema') });
  const bytes = Buffer.from(text);
  const wire = await raw(path);
  const result = await interleave(
    {
      'JSON.parse alone': () => JSON.parse(bytes.toString('utf8')) && 1,
      'bytes from the wire, JSON.parse': () => wire.schema(),
      'qmp (this client)': async () => (await client.execute('query-qmp-schema')) && 1,
    },
    { rounds: Number(values.rounds) * 3, baseline: 'bytes from the wire, JSON.parse', clock },
  );
  wire.close();
  report(`query-qmp-schema, ${bytes.length} bytes (ratio to: bytes from the wire, JSON.parse)`, result);
}

const makers = { 'tuned loop': tuned, 'bare loop, no ids': bare, 'qmp (this client)': ours, ...(await peers()) };
if (values.python !== undefined) makers['Python qemu.qmp'] = python;
const names = Object.keys(makers);
const { child, paths } = await startServer([...names, 'raw']);
/** Processor time that QEMU has used, in seconds. */
const qemuSeconds = () =>
  readdirSync(`/proc/${child.pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${child.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, nanoseconds) => sum + nanoseconds / 1e9, 0);
const clock = !values.cpu ? wallSeconds : values.qemu ? qemuSeconds : cpuSeconds;
try {
  const clients = await Promise.all(names.map((name, i) => makers[name](paths[i])));
  for (const [title, shape] of Object.entries(shapes)) {
    const variants = Object.fromEntries(
      names.map((name, i) => [name, () => (clients[i].run ?? ((how) => run(clients[i], how)))(shape)]),
    );
    const baseline = values.qemu ? 'bare loop, no ids' : 'tuned loop';
    const result = await interleave(variants, { rounds: Number(values.rounds), baseline, clock });
    report(`${title}, query-status, ${values.qemu ? 'real QEMU' : 'instant server'} (ratio to: ${baseline})`, result);
  }
  // JSON.parse alone takes none of QEMU's time.
  if (clock !== qemuSeconds) await schemas(paths.at(-1), clients[names.indexOf('qmp (this client)')]);
  await Promise.all(clients.map((client) => client.close()));
} finally {
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}

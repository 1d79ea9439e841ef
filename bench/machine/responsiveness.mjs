/**
 * How fast the machine answers: its first reply after the process starts, beside QEMU's; query-status one at a time
 * while its guest is idle and while it burns its CPU; screen pictures; saving and loading a snapshot by size of memory.
 *
 *   node bench/machine/responsiveness.mjs [rounds]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'qmp';
import { createMachine, createMachineMonitor, encodePicture } from 'qmp-machine';
import { median } from '../lib/rounds.mjs';

const rounds = Number(process.argv[2] ?? 5);
const program = fileURLToPath(new URL('../../packages/machine/bin/qmp-machine.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;
const percentile = (numbers, part) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * part)];
let sockets = 0;

/** Tries until somebody listens. */
async function connectWhenReady(path) {
  for (;;)
    try {
      return await connect(`unix:${path}`);
    } catch (error) {
      if (error.code !== 'QMP_CONNECT_FAILED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
}

async function firstReply(command, args) {
  const path = join(folder, `${sockets++}.sock`);
  const start = milliseconds();
  const child = spawn(command, [...args, '-qmp', `unix:${path},server=on,wait=off`], { stdio: 'ignore' });
  const client = await connectWhenReady(path);
  await client.execute('query-status');
  const took = milliseconds() - start;
  await client.execute('quit');
  await client.destroy();
  await new Promise((resolve) => child.on('exit', resolve));
  return took;
}

async function startTimes() {
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await firstReply(process.execPath, [program]));
    theirs.push(await firstReply('qemu-system-x86_64', ['-M', 'pc', '-display', 'none', '-accel', 'tcg']));
  }
  const [mine, qemu] = [median(ours), median(theirs)];
  console.log(
    `start to first reply: ${mine.toFixed(0)} ms; QEMU ${qemu.toFixed(0)} ms; ratio ${(mine / qemu).toFixed(2)}`,
  );
  // On a busy computer the medians are those of its load; the shortest are what the programs need.
  const [shortest, theirShortest] = [Math.min(...ours), Math.min(...theirs)];
  console.log(
    `the shortest: ${shortest.toFixed(0)} ms; QEMU ${theirShortest.toFixed(0)} ms; ratio ${(shortest / theirShortest).toFixed(2)}`,
  );
}

/** A machine in this process, its monitor on a socket, and a client in this process too. */
async function attach(memory) {
  const machine = await createMachine({ memory });
  let output = '';
  machine.serialPorts[0].connect((data) => {
    output += Buffer.from(data).toString();
  });
  await machine.resume();
  while (!output.includes('> ')) await new Promise((resolve) => setTimeout(resolve, 5));
  return { machine, monitor: createMachineMonitor(machine) };
}

/** Round trips of query-status, one at a time. A guest that is idle shows what the machine and its load cost by themselves. */
async function roundTrips(busy) {
  const path = join(folder, `${sockets++}.sock`);
  const child = spawn(process.execPath, [program, '-qmp', `unix:${path},server=on,wait=off`, '-serial', 'stdio']);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  while (!output.includes('> ')) await new Promise((resolve) => setTimeout(resolve, 5));
  if (busy) child.stdin.write('busy\r');
  while (busy && !output.includes('busy until')) await new Promise((resolve) => setTimeout(resolve, 5));
  const client = await connectWhenReady(path);
  const times = [];
  const start = milliseconds();
  for (let index = 0; index < 2000; index++) {
    const before = milliseconds();
    await client.execute('query-status');
    times.push(milliseconds() - before);
  }
  const rate = 2000 / ((milliseconds() - start) / 1000);
  const figures = [0.5, 0.99, 1].map((part) => percentile(times, part).toFixed(2)).join(' / ');
  const guest = busy ? 'burns its CPU' : 'is idle';
  console.log(`query-status while the guest ${guest}: median / p99 / most ${figures} ms; ${rate.toFixed(0)} a second`);
  await client.execute('quit');
  await client.destroy();
  await new Promise((resolve) => child.on('exit', resolve));
}

async function pictures() {
  const { machine, monitor } = await attach(16 << 20);
  const start = milliseconds();
  for (let index = 0; index < 50; index++) await encodePicture(await machine.captureScreen(), 'png');
  console.log(`screen pictures, 720x400 PNG: ${(50 / ((milliseconds() - start) / 1000)).toFixed(0)} a second`);
  await monitor.qmp.close();
  await machine.destroy();
}

async function snapshots() {
  for (const mebibytes of [16, 128, 512]) {
    const { machine, monitor } = await attach(mebibytes << 20);
    const start = milliseconds();
    await monitor.human.execute('savevm one');
    const saved = milliseconds();
    await monitor.human.execute('loadvm one');
    const loaded = milliseconds();
    console.log(
      `snapshot of ${mebibytes} MiB: saved in ${(saved - start).toFixed(0)} ms, loaded in ${(loaded - saved).toFixed(0)} ms`,
    );
    await monitor.qmp.close();
    await machine.destroy();
  }
}

try {
  await startTimes();
  for (let round = 0; round < rounds; round++) for (const busy of [false, true]) await roundTrips(busy);
  await pictures();
  await snapshots();
} finally {
  rmSync(folder, { recursive: true });
}

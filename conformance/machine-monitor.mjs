#!/usr/bin/env node
/** The embedded PC behind the monitors that a launch file asks for: `machine-monitor.mjs LAUNCH.json` */
import { readFileSync } from 'node:fs';

const launch = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pretty = launch.pretty ? ',pretty=on' : '';
const monitors = launch.sockets.flatMap((path, index) => [
  ...['-chardev', `socket,id=m${index},path=${path},server=on,wait=off`],
  ...['-mon', `chardev=m${index},mode=control${pretty}`],
]);
const start = launch.run ? [] : ['-S'];
process.argv = [process.argv[0], 'qmp-machine', '-display', 'none', ...start, ...monitors, ...(launch.args ?? [])];
await import('../packages/machine/bin/qmp-machine.js');

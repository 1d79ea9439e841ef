#!/usr/bin/env node
/** The embedded PC behind the monitors that a launch file asks for: `machine-monitor.mjs LAUNCH.json` */
import { main } from './dist/machine/main.js';

const args = await main(process.argv[2]);
if (args !== undefined) {
  process.argv = [process.argv[0], 'qmp-machine', ...args];
  await import('../packages/machine/bin/qmp-machine.js');
}

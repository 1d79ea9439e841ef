#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// A run is over before optimized machine code has paid for its making: without, it takes half the CPU time.
setFlagsFromString('--no-opt');

const { main } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));

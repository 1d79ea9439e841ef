#!/usr/bin/env node
/** A monitor that serves QEMU 7.2's whole schema, for the conformance suite: `reference-monitor.mjs LAUNCH.json` */
import { main } from './dist/reference/main.js';

await main(process.argv.slice(2));

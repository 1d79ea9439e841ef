#!/usr/bin/env node
/** Records our own cases from real QEMU: `node conformance/record.mjs [--group NAME]` */
import { main } from './dist/record.js';

await main(process.argv.slice(2));

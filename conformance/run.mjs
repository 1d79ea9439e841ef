#!/usr/bin/env node
/** Replays recorded cases against a server. `node conformance/run.mjs --help` */
import { main } from './dist/cli.js';

process.exitCode = await main(process.argv.slice(2));

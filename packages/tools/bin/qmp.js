#!/usr/bin/env node
import { main } from '../dist/qmp/main.js';

process.exitCode = await main(process.argv.slice(2));

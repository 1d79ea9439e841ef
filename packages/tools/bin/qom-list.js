#!/usr/bin/env node
import { main } from '../dist/qmp/qom-main.js';

process.exitCode = await main('qom-list', process.argv.slice(2));

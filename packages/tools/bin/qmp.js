#!/usr/bin/env node
const light = ['exec', 'events', 'wait', 'hmp'].includes(process.argv[2]);
require('../bundle/start.cjs').start(...(light ? ['qmp-light', 'qmp/light-main'] : ['qmp', 'qmp/main']));

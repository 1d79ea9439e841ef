#!/usr/bin/env node
require('./start.js').start('qom', 'qmp/qom-main', 'qom-tree');

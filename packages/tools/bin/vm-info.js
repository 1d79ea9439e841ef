#!/usr/bin/env node
require('./start.js').start('vm-info', 'vm-info/main');

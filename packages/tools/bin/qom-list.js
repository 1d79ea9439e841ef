#!/usr/bin/env node
require('./start.js').start('short', 'qmp/short-main', 'qom-list');

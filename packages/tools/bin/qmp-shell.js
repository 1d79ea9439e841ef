#!/usr/bin/env node
require('./start.js').start('qmp-shell', 'qmp-shell/main');

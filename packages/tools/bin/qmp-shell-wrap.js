#!/usr/bin/env node
require('./start.js').start('qmp-shell-wrap', 'qmp-shell/wrap-main');

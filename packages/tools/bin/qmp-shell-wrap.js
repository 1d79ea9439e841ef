#!/usr/bin/env node
require('../bundle/start.cjs').start('qmp-shell-wrap', 'qmp-shell/wrap-main');

#!/usr/bin/env node
require('../bundle/start.cjs').start('qmp-shell', 'qmp-shell/main');

#!/usr/bin/env node
require('../bundle/start.cjs').start('qmp', 'qmp/main');

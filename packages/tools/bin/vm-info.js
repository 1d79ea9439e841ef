#!/usr/bin/env node
require('../bundle/start.cjs').start('vm-info', 'vm-info/main');

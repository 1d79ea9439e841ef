#!/usr/bin/env node
require('../bundle/start.cjs').start('cli/main', 'cli/main');

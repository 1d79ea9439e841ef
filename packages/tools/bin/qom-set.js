#!/usr/bin/env node
require('../bundle/start.cjs').start('short', 'qmp/short-main', 'qom-set');

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LookupKind } from '#src/completion/lookup-kind.js';
import { HumanCompleter, parseHumanHelp } from '#src/shell/human-completer.js';

const help = [
  'block_job_cancel [-f] device -- stop a block job',
  'chardev-remove id -- remove chardev',
  'device_add driver[,prop=value][,...] -- add device',
  'device_del device -- remove device',
  'eject [-f] device -- eject a medium',
  '\t\t\t -f: although it is locked',
  'getfd getfd name -- receive a descriptor',
  'info [subcommand] -- show information',
  'loadvm tag -- restore a snapshot',
  'qom-get path property -- print a property',
  'savevm tag -- save a snapshot',
  'set_link name on|off -- change the link',
  'stop|s  -- stop emulation',
].join('\r\n');
const info = 'info block [-n] [-v] [device] -- show block devices\r\ninfo block-jobs  -- show jobs\r\n';

const names: Partial<Record<LookupKind, string[]>> = {
  node: ['cd0', 'node0'],
  device: ['disk0'],
  job: ['job0'],
  chardev: ['serial0'],
  netdev: ['lan'],
  'device-type': ['e1000'],
  snapshot: ['first'],
  'qom-path': ['/machine'],
};

const completer = new HumanCompleter(
  async (_command, args) => (args?.['command-line'] === 'help' ? help : info),
  async (kind, { given }) => (kind === 'qom-property' ? [`type of ${given('path')}`] : (names[kind] ?? [])),
);

async function words(line: string): Promise<string[]> {
  const { from, candidates } = await completer.complete(line);
  return candidates.map(({ text, suffix }) => line.slice(0, from) + text + suffix);
}

test('the help of the human monitor gives commands with their parameters', () => {
  assert.deepEqual(parseHumanHelp(help).find((one) => one.name === 'eject')?.parameters, ['-f', 'device']);
  assert.deepEqual(parseHumanHelp(help).find((one) => one.name === 's')?.parameters, []);
  assert.deepEqual(parseHumanHelp(help).find((one) => one.name === 'getfd')?.parameters, ['name']);
  assert.deepEqual(parseHumanHelp({}), []);
});

test('commands and what is behind info and help complete', async () => {
  assert.deepEqual(await words('dev'), ['device_add ', 'device_del ']);
  assert.deepEqual(await words('info bl'), ['info block ', 'info block-jobs ']);
  assert.deepEqual(await words('  help ej'), ['  help eject ']);
  assert.deepEqual(await words('help info block-'), ['help info block-jobs ']);
});

test('arguments complete with the names of the machine, behind options too', async () => {
  assert.deepEqual(await words('device_del '), ['device_del disk0 ']);
  assert.deepEqual(await words('eject -'), ['eject -f ']);
  assert.deepEqual(await words('eject -f c'), ['eject -f cd0 ']);
  assert.deepEqual(await words('info block n'), ['info block node0 ']);
  assert.deepEqual(await words('block_job_cancel '), ['block_job_cancel job0 ']);
  assert.deepEqual(await words('chardev-remove '), ['chardev-remove serial0 ']);
  assert.deepEqual(await words('device_add e'), ['device_add e1000 ']);
  assert.deepEqual(await words('loadvm '), ['loadvm first ']);
  assert.deepEqual(await words('savevm '), []);
  assert.deepEqual(await words('set_link lan o'), ['set_link lan on ', 'set_link lan off ']);
  assert.deepEqual(await words('qom-get /m'), ['qom-get /machine']);
  assert.deepEqual(await words('qom-get /machine '), ['qom-get /machine type of /machine ']);
  assert.deepEqual(await words('stop x'), []);
  assert.deepEqual(await words('nonsense x'), []);
});

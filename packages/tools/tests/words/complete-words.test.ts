import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allSpecs } from '#src/qmp/all-specs.js';
import { completeWords } from '#src/words/complete-words.js';
import { type Installed, installTools } from '../support/installed.js';

let installed: Installed;
before(async () => {
  installed = await installTools();
});
after(() => installed[Symbol.asyncDispose]());

/** What is offered; of a machine its question: `command ADDRESS [given] word`. */
async function words(line: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const found = await completeWords(allSpecs, line.split(' '), env, async (kind, address, given, word) => [
    { text: `${word}<${kind} ${address} ${given.join(' ')}>`, note: '' },
  ]);
  return found.map(({ text }) => text);
}

test('options, their values and commands complete, and what is finished does not come again', async () => {
  assert.deepEqual(await words('qmp sn'), ['snapshot']);
  assert.deepEqual(await words('qmp block mirror --sync '), ['full', 'top', 'none']);
  assert.deepEqual(await words('qmp block mirror --sync=f'), ['--sync=full']);
  assert.deepEqual(await words('qmp completion '), ['bash', 'zsh', 'fish']);
  assert.deepEqual(await words('vm-info --ag'), ['--agent']);
  assert.deepEqual(await words('other --ag'), []);
  assert.deepEqual(await words('qmp launch -- qemu-system-x86_64 -'), []);
});

test('addresses are sockets and folders, other files are all files', async () => {
  const { folder } = installed;
  assert.deepEqual(await words(`vm-info ${folder}/`), [`${folder}/bin/`, `${folder}/vm.sock`]);
  assert.deepEqual(await words(`vm-info unix:${folder}/v`), [`unix:${folder}/vm.sock`]);
  assert.deepEqual(await words(`qmp replay ${folder}/v`), [`${folder}/vm.sock`, `${folder}/vm.txt`]);
  assert.deepEqual(await words(`vm-info --agent ${folder}/v`), [`${folder}/vm.sock`]);
  assert.deepEqual(await words('vm-info /nowhere/at/all/'), []);
});

test('the machine is asked for the rest, at the address of the line, of --socket, or of QMP_SOCKET', async () => {
  assert.deepEqual(await words('qmp exec vm.sock sto'), ['sto<live:command vm.sock >']);
  assert.deepEqual(await words('qmp exec --timeout 3 vm.sock stop a'), ['a<live:command vm.sock stop>']);
  assert.deepEqual(await words('qmp exec -s vm.sock stop a'), ['a<live:command vm.sock stop>']);
  assert.deepEqual(await words('qmp unplug di', { QMP_SOCKET: '/a.sock' }), ['di<live:device /a.sock >']);
  assert.deepEqual(await words('qmp unplug /b.sock di', { QMP_SOCKET: '/a.sock' }), ['di<live:device /b.sock >']);
  assert.deepEqual(await words('qom-get vm.sock /m'), ['/m<live:qom-property vm.sock >']);
  assert.deepEqual(await words('qmp block eject vm.sock cd0 x'), []);
});

test('of the words of the guest agent only the first is one that is known', async () => {
  assert.deepEqual(await words('qmp guest a.sock fs'), ['fsfreeze', 'fstrim']);
  assert.deepEqual(await words('qmp guest a.sock cat fs'), []);
  assert.deepEqual(await words('qemu-ga-client --address a.sock pi'), ['ping']);
});

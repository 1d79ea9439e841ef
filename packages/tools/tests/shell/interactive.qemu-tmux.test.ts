import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startQemu, type TestQemu } from '../support/qemu.js';
import { runTool, toolPath } from '../support/run-tool.js';
import { Terminal } from '../support/tmux.js';

const disk = ['-blockdev', 'null-co,node-name=node0', '-device', 'virtio-blk-pci,drive=node0,id=disk0'];

let qemu: TestQemu;
before(async () => {
  qemu = await startQemu(['-M', 'q35', '-S', '-name', 'terminal', ...disk]);
});
after(async () => {
  await qemu[Symbol.asyncDispose]();
});

async function shell(...args: ConstructorParameters<typeof Terminal>[1]): Promise<Terminal> {
  const terminal = new Terminal('qmp-shell', [...args, qemu.unix]);
  try {
    await terminal.see(/\((QEMU|qemu)\)$/m);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

test('Tab completes commands, arguments, enum values, nodes, devices and QOM paths', async () => {
  await using terminal = await shell();
  terminal.type('query-na');
  terminal.press('Tab');
  await terminal.see(/\(QEMU\) query-name/);
  terminal.press('C-u');
  terminal.type('blockdev-add drive');
  terminal.press('Tab');
  await terminal.see(/blockdev-add driver=/);
  terminal.type('null-c');
  terminal.press('Tab');
  await terminal.see(/driver=null-co/);
  terminal.press('C-u');
  terminal.type('device_del id=d');
  terminal.press('Tab');
  await terminal.see(/device_del id=disk0/);
  terminal.press('C-u');
  terminal.type('block_resize node-name=no');
  terminal.press('Tab');
  await terminal.see(/node-name=node0/);
  terminal.press('C-u');
  terminal.type('qom-list path=/machine/uns');
  terminal.press('Tab');
  terminal.press('C-u');
  terminal.type('qom-list path=/machine/unat');
  terminal.press('Tab');
  await terminal.see(/path=\/machine\/unattached/);
  terminal.press('C-u');
  terminal.type('{"execute": "block_resize", "arguments": {"node');
  terminal.press('Tab');
  terminal.type('"no');
  terminal.press('Tab');
  await terminal.see(/\{"node-name": "node0"$/m);
});

test('several candidates make a menu below the line: Tab walks, Enter takes, Escape gives up, any key goes on', async () => {
  await using terminal = await shell();
  terminal.type('block-dirty-bitmap-');
  terminal.press('Tab');
  await terminal.see(/^\(QEMU\) block-dirty-bitmap-\nblock-dirty-bitmap-add/m);
  terminal.press('Tab', 'Tab');
  await terminal.see(/^\(QEMU\) block-dirty-bitmap-(?!add)\w+\n(.*\n)*.*block-dirty-bitmap-add/m);
  terminal.press('BTab');
  await terminal.see(/^\(QEMU\) block-dirty-bitmap-add\n(.*\n)*.*block-dirty-bitmap-clear/m);
  terminal.press('Enter');
  // The end of the screen: the menu is gone.
  await terminal.see(/\n\(QEMU\) block-dirty-bitmap-add$/);
  terminal.press('Tab');
  await terminal.see(/^node +str \(needed\)$/m);
  terminal.type('na');
  await terminal.see(/block-dirty-bitmap-add na$/);
  terminal.press('Tab');
  await terminal.see(/block-dirty-bitmap-add name=$/);
  terminal.press('C-u');
  terminal.type('device_add driver=virtio-blk-pci disable-');
  terminal.press('Tab');
  await terminal.see(/^disable-legacy +OnOffAuto/m);
  terminal.press('Tab');
  await terminal.see(/^\(QEMU\) device_add driver=virtio-blk-pci disable-legacy\n/m);
  await runTool('qmp', ['exec', qemu.tcp, 'cont']);
  // An event goes above the line; the menu stays below.
  await terminal.see(/RESUME\n\(QEMU\) .*disable-legacy\ndisable-legacy +OnOffAuto/);
  await runTool('qmp', ['exec', qemu.tcp, 'stop']);
  await terminal.see(/STOP\n\(QEMU\)/);
  terminal.press('Escape');
  await terminal.see(/^\(QEMU\) device_add driver=virtio-blk-pci disable-$/m);
});

test('keys that are typed while a completion is looked for wait for it', async () => {
  await using terminal = await shell();
  terminal.press('q', 'u', 'e', 'r', 'y', '-', 'n', 'a', 'Tab', 'Enter');
  await terminal.see(/\{"name": "terminal"\}/);
});

test('an input over several lines is one line of the history', async () => {
  await using terminal = await shell();
  terminal.type('{"execute": "query-name",');
  terminal.press('Enter');
  await terminal.see(/^\.\.\.$/m);
  terminal.type('  "id": 7}');
  terminal.press('Enter');
  await terminal.see(/\{"name": "terminal"\}\n\(QEMU\)$/);
  terminal.press('Up');
  await terminal.see(/\(QEMU\) \{"execute": "query-name", "id": 7\}$/);
});

test('what is pasted is no key: its tabs complete nothing, and its lines are run', async () => {
  await using terminal = await shell();
  terminal.paste('{"execute":\t"query-name",\n\t"id": 7}\nquery-uuid\n');
  await terminal.see(/\{"name": "terminal"\}[\s\S]*\{"UUID": .*\n\(QEMU\)$/);
  terminal.press('Up', 'Up');
  await terminal.see(/\(QEMU\) \{"execute": +"query-name", "id": 7\}$/);
});

test('? explains a command without disturbing the line', async () => {
  await using terminal = await shell();
  terminal.type('device_del ?');
  const screen = await terminal.see(/returns nothing\n\(QEMU\) device_del$/m);
  assert.match(screen, /device_del\n {2}id +str {2}\(needed\)/);
  terminal.type('id=x');
  await terminal.see(/\(QEMU\) device_del id=x/);
});

test('an event is shown above the line that is being typed, even one of several rows', async () => {
  await using terminal = await shell();
  const long = `qom-get path=/machine property=${'x'.repeat(90)}`;
  terminal.type(long);
  await terminal.see(/x{40}\s*$/);
  await runTool('qmp', ['exec', qemu.tcp, 'cont']);
  await terminal.see(/RESUME/);
  await runTool('qmp', ['exec', qemu.tcp, 'stop']);
  const screen = await terminal.see(/STOP[\s\S]*\n\(QEMU\) [\s\S]*x{20}$/);
  const lines = screen.split('\n');
  const rows = lines.slice(lines.findIndex((line) => line.startsWith('(QEMU)')));
  assert.equal(rows.join(''), `(QEMU) ${long}`);
  assert.equal(lines.filter((line) => line.startsWith('(QEMU)')).length, 1);
  terminal.press('C-u');
  terminal.type('.events off');
  terminal.press('Enter');
  await terminal.see(/events: off/);
});

test('a mistake shows the place and the nearest right word, and the next line works', async () => {
  await using terminal = await shell();
  terminal.type('block_resize nodename=node0 size=1');
  terminal.press('Enter');
  const screen = await terminal.see(/did you mean 'node-name'\?[\s\S]*\(QEMU\)$/);
  assert.match(screen, /^ {13}\^{8}$/m);
  terminal.type('query-name');
  terminal.press('Enter');
  await terminal.see(/\{"name": "terminal"\}/);
});

test('several lines make one input, and Ctrl-C gives it up', async () => {
  await using terminal = await shell();
  terminal.type('transaction(');
  terminal.press('Enter');
  await terminal.see(/^\.\.\.$/m);
  terminal.press('C-c');
  await terminal.see(/\^C\n\(QEMU\)$/);
  terminal.type('transaction(');
  terminal.press('Enter');
  terminal.type('abort');
  terminal.press('Enter');
  terminal.type(')');
  terminal.press('Enter');
  await terminal.see(/Transaction aborted/);
});

test('the history is searched with Ctrl-R and kept for the next session, but for secrets', async () => {
  await using terminal = await shell();
  for (const line of ['query-name', 'query-status', 'set_password protocol=vnc password=hunter2']) {
    terminal.type(line);
    terminal.press('Enter');
    // What is typed ahead is echoed twice, as by any shell.
    await terminal.see(new RegExp(`${line}\\n[\\s\\S]+\\(QEMU\\)$`));
  }
  terminal.press('C-r');
  await terminal.see(/\(search\) ''/);
  terminal.type('name');
  await terminal.see(/\(search\) 'name': query-name/);
  terminal.press('Enter');
  await terminal.see(/(\{"name": "terminal"\}[\s\S]*){2}/);
  terminal.type('.history');
  terminal.press('Enter');
  const screen = await terminal.see(/query-name\nquery-status\n/);
  assert.equal(screen.match(/hunter2/g)?.length, 1);
});

test('lists of objects are tables, and Ctrl-D leaves with code 0', async () => {
  await using terminal = await shell();
  terminal.type('query-chardev');
  terminal.press('Enter');
  await terminal.see(/^label +/m);
  terminal.press('C-d');
  await terminal.see(/^exit 0$/m);
});

test('the human monitor has its own prompt and completion', async () => {
  await using terminal = await shell('-H');
  terminal.type('info versi');
  terminal.press('Tab');
  await terminal.see(/\(qemu\) info version/);
  terminal.press('Enter');
  await terminal.see(/^\d+\.\d+\.\d+/m);
  terminal.type('device_del ?');
  await terminal.see(/^device_del device -- remove device$/m);
  terminal.press('Tab');
  await terminal.see(/^\(qemu\) device_del disk0$/m);
});

test('Ctrl-Z stops the shell, and fg goes on with the line that was typed', async () => {
  await using terminal = new Terminal('/usr/bin/env', ['bash', '--norc', '-i'], { env: { PS1: '% ' } });
  await terminal.see(/% $|%$/m);
  terminal.type(`'${process.execPath}' '${toolPath('qmp-shell')}' '${qemu.unix}'`);
  terminal.press('Enter');
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('query-na');
  await terminal.see(/query-na$/);
  terminal.press('C-z');
  await terminal.see(/Stopped[\s\S]*%$/);
  terminal.type('fg');
  terminal.press('Enter');
  await terminal.see(/\(QEMU\) query-na$/);
  terminal.type('me');
  await terminal.see(/\(QEMU\) query-name$/);
  terminal.press('Enter');
  await terminal.see(/\{"name": "terminal"\}/);
  terminal.press('C-d');
  await terminal.see(/\(QEMU\)\n%$/);
});

test('a dumb terminal edits its line itself, and Ctrl-C gives the line up', async () => {
  await using terminal = new Terminal('qmp-shell', [qemu.unix], { env: { TERM: 'dumb' } });
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('query-st');
  terminal.press('C-c');
  await terminal.see(/query-st\^C\n.*\n\(QEMU\)$/);
  terminal.type('query-namX');
  terminal.press('BSpace');
  terminal.type('e');
  await terminal.see(/^\(QEMU\) query-name$/m);
  await runTool('qmp', ['exec', qemu.tcp, 'cont']);
  await runTool('qmp', ['exec', qemu.tcp, 'stop']);
  await terminal.see(/query-name\n.* RESUME\n\(QEMU\)\n.* STOP\n\(QEMU\)$/);
  terminal.press('Enter');
  await terminal.see(/\{"name": "terminal"\}\n\(QEMU\)$/);
  terminal.press('C-d');
  await terminal.see(/^exit 0$/m);
});

test('twenty columns are enough', async () => {
  await using terminal = new Terminal('qmp-shell', [qemu.unix], { columns: 20 });
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('block-dirty-bitmap-');
  terminal.press('Tab');
  // Names longer than the terminal are cut.
  await terminal.see(/^block-dirty-bitmap$/m);
  terminal.press('C-u');
  terminal.type('query-chardev');
  terminal.press('Enter');
  const screen = await terminal.see(/frontend-open:/);
  assert.ok(screen.split('\n').every((line) => line.length <= 20));
});

test('NO_COLOR and TERM=dumb turn colours off', async () => {
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    await using terminal = new Terminal('vm-info', [qemu.tcp], { env });
    await terminal.see(/^exit 0$/m);
    assert.ok(!terminal.screen(true).includes('\u001b['), JSON.stringify(env));
  }
  await using colored = new Terminal('vm-info', [qemu.tcp]);
  await colored.see(/^exit 0$/m);
  assert.ok(colored.screen(true).includes('\u001b['));
});

test('what is longer than the screen goes through the pager, which has the terminal meanwhile', async () => {
  const pager = join(qemu.folder, 'pager');
  writeFileSync(pager, 'echo "got $(wc -l) lines"; read -r key </dev/tty; echo "left with $key"\n');
  await using terminal = new Terminal('qmp-shell', [qemu.unix], { env: { PAGER: `sh ${pager}` } });
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('.pretty on');
  terminal.press('Enter');
  terminal.type('query-status');
  terminal.press('Enter');
  await terminal.see(/"running": false/);
  assert.doesNotMatch(terminal.screen(), /got/, 'a short reply is not paged');
  terminal.type('query-commands');
  terminal.press('Enter');
  await terminal.see(/got +\d{3,} lines/);
  terminal.type('key');
  terminal.press('Enter');
  await terminal.see(/left with key/);
  terminal.type('query-name');
  terminal.press('Enter');
  await terminal.see(/"name": "terminal"/);
});

test('a pager that does not exist costs nothing', async () => {
  await using terminal = new Terminal('qmp-shell', [qemu.unix], { env: { PAGER: 'no-such-pager' } });
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('query-commands');
  terminal.press('Enter');
  await terminal.see(/query-[\s\S]*\(QEMU\)$/m);
});

test('a lost connection is told, and the shell leaves when the machine has quit', async () => {
  await using other = await startQemu(['-M', 'none']);
  await using terminal = new Terminal('qmp-shell', [other.unix]);
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('quit');
  terminal.press('Enter');
  const screen = await terminal.see(/^exit 0$/m);
  assert.match(screen, /QEMU has ended/);
});

test('the shell waits for a killed machine to come back, and goes on with the one that does', async () => {
  await using first = await startQemu(['-M', 'none', '-name', 'first']);
  await using terminal = new Terminal('qmp-shell', [first.unix]);
  await terminal.see(/\(QEMU\)$/m);
  first.process.kill('SIGKILL');
  await first.exited;
  await terminal.see(/\(QEMU, not connected\)/);
  terminal.type('query-name');
  terminal.press('Enter');
  await terminal.see(/reconnecting/);
  await using second = await startQemu(['-M', 'q35', '-S', '-name', 'second', ...disk], { folder: first.folder });
  assert.equal(second.unix, first.unix);
  await terminal.see(/connected again/);
  await terminal.see(/\(QEMU\)$/m);
  terminal.type('query-name');
  terminal.press('Enter');
  await terminal.see(/"name": "second"/);
  // What the shell knows of the server is new too.
  terminal.type('device_del id=d');
  terminal.press('Tab');
  await terminal.see(/device_del id=disk0$/m);
  terminal.press('C-c');
  terminal.press('C-d');
  await terminal.see(/^exit 0$/m);
});

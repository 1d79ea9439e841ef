import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandError, createHumanMonitor, createMonitor, type HumanCommand } from 'qmp/monitor';
import { memoryChardevs } from 'qmp/testing';
import { parseHumanArguments } from '#src/monitor/human-arguments.js';
import { gate, join, RawClient, settle, version } from './client.js';

const calls: unknown[] = [];
const commands: readonly HumanCommand[] = [
  {
    name: 'stop|s',
    help: 'stop emulation',
    handler: () => {
      calls.push('stop');
    },
  },
  {
    name: 'eject',
    usage: '[-f] device',
    help: 'eject a removable medium',
    parameters: [
      { name: 'f', type: 'flag' },
      { name: 'device', type: 'device' },
    ],
    handler: ({ f, device }) => {
      calls.push([f, device]);
      if (device === 'none') throw commandError("Device 'none' not found");
    },
    complete: () => ['floppy0', 'ide0-cd0', 'ide1-cd0'],
  },
  {
    name: 'memory',
    usage: 'size [on|off]',
    help: 'change the size of the memory',
    parameters: [
      { name: 'size', type: 'size' },
      { name: 'hot', type: 'boolean', optional: true },
      { name: 'note', type: 'rest', optional: true },
    ],
    handler: ({ size, hot, note }) => `${String(size)} ${String(hot)} ${String(note)}\n`,
  },
  {
    name: 'cpu',
    usage: 'index',
    help: 'set the default CPU',
    parameters: [{ name: 'index', type: 'integer' }],
    handler: ({ index }, session) => {
      session.cpu = Number(index);
    },
  },
];
const info: readonly HumanCommand[] = [
  { name: 'status', help: 'show the run state', handler: () => 'VM status: running\n' },
  { name: 'cpu', help: 'show the default CPU', handler: (_args, session) => `${String(session.cpu)}\n` },
];
const human = () => createHumanMonitor({ version, commands, info, cpus: () => 2 });

test('arguments are typed, and what does not fit is told as QEMU tells it', async () => {
  const monitor = human();
  const usage = (text: string, name: string) => `${text}\nTry "help ${name}" for more information\n`;
  for (const [line, output] of [
    ['', ''],
    ['  info  status ', 'VM status: running\n'],
    ['frob', "unknown command: 'frob'\n"],
    ['info frob', "unknown command: 'info frob'\n"],
    ['stop now', usage('stop|s: extraneous characters at the end of line', 'stop')],
    ['eject', usage('eject: block device name expected', 'eject')],
    ['eject -x a', usage('eject: unsupported option -x', 'eject')],
    ['eject none', "Error: Device 'none' not found\n"],
    ['memory 16', '16777216 undefined undefined\n'],
    ['memory 2G off  a note ', '2147483648 false a note \n'],
    ['memory 16 maybe', usage("Expected 'on' or 'off'", 'memory')],
    ['memory 0x10 on', '16777216 true undefined\n'],
    ['memory 1.5k', '1536 undefined undefined\n'],
    ['memory 1E', '1152921504606846976 undefined undefined\n'],
    ['memory 16E', usage('invalid size', 'memory')],
    ['memory x', usage('invalid size', 'memory')],
    ['cpu 1+', usage('unexpected end of expression', 'cpu')],
    ['print/x (2+3)*4-1', '0x13\n'],
    ['p/d -1', '-1\n'],
    ['p 5', '5\n'],
    [' frob', "unknown command: ' frob'\n"],
    ['/x', "unknown command: ''\n"],
    [' stop  x', usage('stop|s: extraneous characters at the end of line', ' stop')],
    ['p/4x/d 5', usage("invalid char in format: '/'", 'p')],
    ['p/z 5', usage("invalid char in format: 'z'", 'p')],
    ['p/é 5', usage("invalid char in format: '\ufffd'", 'p')],
    ['p\u00a05', "unknown command: 'p\u00a05'\n"],
    ['help stop "x', ''],
    ['help stop x y z', 'stop|s  -- stop emulation\n'],
  ] as const) {
    assert.equal(await monitor.execute(line), output, line);
  }
});

test('any of several flags may be left out', () => {
  const flags = [
    { name: 'n', type: 'flag' },
    { name: 'v', type: 'flag' },
    { name: 'device', type: 'device', optional: true },
  ] as const;
  assert.deepEqual(parseHumanArguments('block', flags, '-v ide0'), { v: true, device: 'ide0' });
  assert.deepEqual(parseHumanArguments('block', flags, '-n -v'), { n: true, v: true });
  assert.throws(() => parseHumanArguments('block', flags, '-x'), /block: unsupported option -x/);
});

test('flags and quoted words reach the handler', async () => {
  calls.length = 0;
  const monitor = human();
  await monitor.execute('eject -f "my \\"drive\\""');
  await monitor.execute('eject a');
  await monitor.execute('s');
  assert.deepEqual(calls, [[true, 'my "drive"'], [undefined, 'a'], 'stop']);
});

test('a format stays for later calls of any command, but for what they say themselves', async () => {
  const seen: unknown[] = [];
  const examine: HumanCommand = {
    name: 'x',
    help: 'show memory',
    parameters: [{ name: 'format', type: 'format' }],
    handler: ({ format }) => void seen.push(format),
  };
  const monitor = createHumanMonitor({ version, commands: [examine] });
  for (const line of ['x', 'x/4', 'x/d', 'x/16xb', 'x', 'x/L', 'x/i', 'x/ih', 'x', 'x/u']) await monitor.execute(line);
  assert.equal(await monitor.execute('p -1'), '18446744073709551615\n');
  assert.deepEqual(seen, ['1xw', '4xw', '1dw', '16xb', '1xb', '1xg', '1i', '1ih', '1i', '1ug']);
});

test('an option that a later parameter has is left to it', async () => {
  const seen: unknown[] = [];
  const command: HumanCommand = {
    name: 'list',
    help: 'list',
    parameters: ['a', 'b'].map((name) => ({ name, type: 'flag' })),
    handler: (args) => void seen.push(Object.keys(args)),
  };
  const monitor = createHumanMonitor({ version, commands: [command] });
  for (const line of ['list -a -b', 'list -b', 'list -a-b']) assert.equal(await monitor.execute(line), '');
  assert.match(await monitor.execute('list -b -a'), /extraneous characters/);
  assert.match(await monitor.execute('list -'), /^list: unsupported option -Try/);
  assert.deepEqual(seen, [['a', 'b'], ['b'], ['a', 'b']]);
});

test('help shows every command, one, the topics of info, or that there is none', async () => {
  const monitor = human();
  const all = await monitor.execute('help');
  for (const line of [
    'stop|s  -- stop emulation',
    'eject [-f] device -- eject a',
    'help|? [cmd] -- ',
    'print|p /fmt expr --',
  ]) {
    assert.ok(all.includes(line), line);
  }
  assert.equal(await monitor.execute('help s'), 'stop|s  -- stop emulation\n');
  assert.equal(await monitor.execute('help info status'), 'info status  -- show the run state\n');
  assert.equal(await monitor.execute('? nosuch'), "unknown command: 'nosuch'\n");
  assert.match(await monitor.execute('info'), /^info status {2}-- .*\ninfo cpu/);
});

test('completion knows commands, topics of info, and what a command offers', () => {
  const monitor = human();
  assert.deepEqual(monitor.complete('st'), ['stop']);
  assert.deepEqual(monitor.complete('info '), ['cpu', 'status']);
  assert.deepEqual(monitor.complete('eject i'), ['ide0-cd0', 'ide1-cd0']);
  assert.deepEqual(monitor.complete('nosuch x'), []);
});

test('each session has its own current CPU', async () => {
  const monitor = human();
  const [one, two] = [{ cpu: 0 }, { cpu: 0 }];
  await monitor.execute('cpu 1', one);
  assert.equal(await monitor.execute('info cpu', one), '1\n');
  assert.equal(await monitor.execute('info cpu', two), '0\n');
});

test('a terminal shows a banner and a prompt, echoes, edits, and waits while a command runs', async () => {
  const slow = gate();
  const monitor = createHumanMonitor({
    version,
    commands: [...commands, { name: 'wait', help: 'wait', handler: () => slow.promise.then(() => 'done\n') }],
    info,
  });
  const [near, far] = memoryChardevs();
  const over = monitor.attach(far);
  const client = new RawClient(near);
  assert.equal(await client.line(), "QEMU 7.2.22 monitor - type 'help' for more information");
  await client.until(() => client.text.endsWith('(qemu) '));
  client.text = '';
  client.send('info stX\x7f\t\r');
  await client.until(() => client.text.endsWith('(qemu) '));
  assert.match(client.text, /info status.*\r\nVM status: running\r\n\(qemu\) $/s);
  client.text = '';
  client.send('wait\rinfo status\r');
  await settle();
  assert.match(client.text, /^wait\r\n$/);
  slow.open();
  await client.until(() => client.text.includes('VM status'));
  assert.match(client.text, /done\r\n\(qemu\) info status\r\nVM status: running\r\n/);
  await near.close();
  await over;
});

test('a terminal whose input ends is closed after what was typed has run', async () => {
  const monitor = human();
  const [near, far] = memoryChardevs();
  const over = monitor.attach(far);
  const client = new RawClient(near);
  client.send('info status\ninfo cpu\n');
  near.end();
  await over;
  await client.until(() => client.ended || client.closed);
  assert.match(client.text, /VM status: running\r\n.*\(qemu\).*\r\n0\r\n/s);
});

test('human-monitor-command runs a line over QMP; only a bad cpu-index is an error there', async () => {
  await using monitor = createMonitor({ version, commands: [human().qmpCommand()] });
  const client = await join(monitor);
  const ask = (args: object) => client.ask(JSON.stringify({ execute: 'human-monitor-command', arguments: args }));
  assert.equal(await ask({ 'command-line': 'info status' }), '{"return": "VM status: running\\r\\n"}');
  assert.equal(await ask({ 'command-line': 'info cpu', 'cpu-index': 1 }), '{"return": "1\\r\\n"}');
  assert.match(await ask({ 'command-line': 'nosuch' }), /"return": "unknown command: 'nosuch'\\r\\n"/);
  assert.match(
    await ask({ 'command-line': 'info cpu', 'cpu-index': 2 }),
    /"Parameter 'cpu-index' expects a CPU number"/,
  );
  assert.match(await ask({}), /"Parameter 'command-line' is missing"/);
  assert.match(await ask({ 'command-line': 'stop', x: 1 }), /"Parameter 'x' is unexpected"/);
});

for (const chunk of [1, 5, 10_000]) {
  test(`a terminal drops an HTTP request before its body is run, in pieces of ${chunk}`, async () => {
    calls.length = 0;
    const [near, far] = memoryChardevs({ chunk });
    const over = human().attach(far);
    const client = new RawClient(near);
    client.send('POST / HTTP/1.1\r\nHost: localhost:5555\r\n\r\nstop\nstop\n');
    await over;
    await client.until(() => client.closed || client.ended);
    assert.deepEqual(calls, []);
  });
}

test('a command with a format is no HTTP request', async () => {
  const [near, far] = memoryChardevs();
  const over = human().attach(far);
  const client = new RawClient(near);
  client.send('p /x 10\r');
  await client.until(() => client.text.includes('0xa'));
  await near.close();
  await over;
});

test('a terminal that does not read costs a bounded amount, and what it typed waits until it does', async () => {
  let runs = 0;
  const wide: HumanCommand = {
    name: 'wide',
    help: 'print a lot',
    handler: () => {
      runs++;
      return `${'x'.repeat(20_000)}\n`;
    },
  };
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `c${index}`, help: '', handler: () => '' }));
  const monitor = createHumanMonitor({ version, commands: [wide, ...many] });
  const [near, far] = memoryChardevs();
  const over = monitor.attach(far);
  const client = new RawClient(near);
  await client.until(() => client.text.endsWith('(qemu) '));
  near.pause();
  client.send('c\t\t'.repeat(2000));
  client.send(`\x15${'wide\r'.repeat(300)}`);
  await settle();
  assert.ok(runs < 30, `${runs} commands ran`);
  assert.ok(far.writableLength < 600_000, `${far.writableLength} bytes wait`);
  near.resume();
  await client.until(() => runs === 300 && client.text.endsWith('(qemu) '));
  await near.close();
  await over;
});

test('a terminal takes a long run of empty lines in time that grows with their number only', async () => {
  const [near, far] = memoryChardevs();
  const over = human().attach(far);
  const client = new RawClient(near);
  client.send('\n'.repeat(60_000));
  near.end();
  await over;
  assert.equal(client.text.split('(qemu) ').length - 1, 60_001);
});

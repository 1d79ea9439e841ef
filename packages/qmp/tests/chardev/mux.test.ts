import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mux, type MuxOptions } from 'qmp/chardev';
import { memoryChardevs } from 'qmp/testing';
import { Probe } from './contract.js';

function setUp(options: MuxOptions = {}, chunk?: number) {
  const [inner, terminal] = memoryChardevs(chunk === undefined ? {} : { chunk });
  const mux = new Mux(inner, options);
  const [serial, monitor] = [new Probe(mux.attach('serial0')), new Probe(mux.attach('monitor'))];
  return {
    mux,
    serial,
    monitor,
    screen: new Probe(terminal),
    close: () => Promise.all([mux.close(), terminal.close()]),
  };
}

test('typing goes to the user with the focus, and Ctrl-A c passes the focus on', async () => {
  for (const chunk of [1, 100]) {
    const { mux, serial, monitor, screen, close } = setUp({}, chunk);
    assert.equal(mux.focus, 'serial0');
    screen.chardev.write('ls\x01cinfo\x01cpwd');
    await serial.until((probe) => probe.text === 'lspwd');
    assert.equal(monitor.text, 'info');
    await close();
  }
});

test('everybody is shown, whoever has the focus', async () => {
  const { serial, monitor, screen, close } = setUp();
  serial.chardev.write('login: ');
  monitor.chardev.write('(qemu) ');
  await screen.until((probe) => probe.text === 'login: (qemu) ');
  await close();
});

test('Ctrl-A twice sends one Ctrl-A, and unknown commands send nothing', async () => {
  const { serial, screen, close } = setUp();
  screen.chardev.write('a\x01\x01b\x01zc');
  await serial.until((probe) => probe.text.endsWith('c'));
  assert.equal(serial.text, 'a\x01bc');
  await close();
});

test('Ctrl-A h explains, Ctrl-A x ends the machine', async () => {
  let exits = 0;
  const { screen, close } = setUp({ exit: () => exits++ });
  screen.chardev.write('\x01h\x01x');
  await screen.until((probe) => probe.text.endsWith('QEMU: Terminated\r\n'));
  assert.match(screen.text, /Ctrl-A c {4}switch to the next user/);
  assert.equal(exits, 1);
  await close();
});

test('Ctrl-A t puts the time before each line', async () => {
  const { serial, screen, close } = setUp({ now: () => 3_723_004 });
  screen.chardev.write('\x01tx');
  await serial.until((probe) => probe.text === 'x');
  serial.chardev.write('one\ntw');
  serial.chardev.write('o\n');
  await screen.until((probe) => probe.text.endsWith('two\n'));
  assert.equal(screen.text, '[01:02:03.004] one\n[01:02:03.004] two\n');
  await close();
});

test('a paused user holds the keyboard back only while it has the focus, and loses nothing', async () => {
  const { serial, monitor, screen, close } = setUp({}, 1);
  serial.chardev.pause();
  screen.chardev.write('held');
  serial.chardev.write('x');
  await screen.until((probe) => probe.text === 'x');
  assert.equal(serial.text, '');
  monitor.chardev.pause();
  serial.chardev.resume();
  await serial.until((probe) => probe.text === 'held');
  await close();
});

test('closing one user leaves the others, closing the terminal ends all', async () => {
  const { mux, serial, monitor, screen, close } = setUp();
  await serial.chardev.close();
  await serial.until((probe) => probe.closed);
  screen.chardev.write('\x01chello');
  await monitor.until((probe) => probe.text === 'hello');
  const reason = new Error('terminal gone');
  await mux.close(reason);
  await monitor.until((probe) => probe.closed);
  assert.equal(monitor.error, reason);
  const late = new Probe(mux.attach('late'));
  await late.until((probe) => probe.closed);
  await close();
});

test('the end of the terminal and its back-pressure reach every user', async () => {
  const { serial, monitor, screen, close } = setUp();
  screen.chardev.pause();
  while (serial.chardev.write('z'.repeat(16_384)));
  screen.chardev.resume();
  await serial.until((probe) => probe.drains === 1);
  screen.chardev.end();
  await Promise.all([serial.until((probe) => probe.ended), monitor.until((probe) => probe.ended)]);
  await close();
});

test('a user hears when it loses the terminal and when it has it, and of breaks while it has it', async () => {
  const [inner, terminal] = memoryChardevs();
  const mux = new Mux(inner);
  const heard: string[] = [];
  for (const label of ['serial0', 'monitor'])
    mux.attach(label).start({
      data: (chunk) => heard.push(`${label} ${new TextDecoder().decode(chunk)}`),
      end: () => {},
      drain: () => {},
      close: () => heard.push(`${label} closed`),
      focus: (on) => heard.push(`${label} ${on ? 'on' : 'off'}`),
      break: () => heard.push(`${label} break`),
    });
  terminal.write('\x01b\x01cx\x01b\x01c');
  while (heard.at(-1) !== 'serial0 on') await new Promise(setImmediate);
  await mux.close();
  await mux.closed;
  assert.deepEqual(heard, [
    'monitor off',
    'serial0 break',
    'serial0 off',
    'monitor on',
    'monitor x',
    'monitor break',
    'monitor off',
    'serial0 on',
    'serial0 closed',
    'monitor closed',
  ]);
});

import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { Program } from './program.js';

const programs: Program[] = [];

function run(...args: readonly string[]): Program {
  const program = new Program('-m', '16', ...args);
  programs.push(program);
  return program;
}

afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
});

const BANNER = "QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ";

describe('serial port and human monitor on one terminal', () => {
  for (const args of [
    ['-nographic'],
    ['-serial', 'mon:stdio'],
    ['-chardev', 'stdio,id=t,mux=on,signal=off', '-mon', 'chardev=t', '-serial', 'chardev:t'],
  ])
    test(`${args.join(' ')}: the guest has it first, Ctrl-A c switches`, async () => {
      const program = run(...args);
      await program.prints('\n> ');
      assert.ok(!program.stdout.includes('(qemu)'), 'the monitor shows nothing while the guest has the terminal');
      program.type('echo one\r');
      await program.prints('\none\r\n> ');
      program.type('\x01c');
      await program.prints(BANNER);
      program.type('info sta');
      await program.prints('(qemu) info sta');
      program.type('\x01cecho two\r');
      await program.prints('(qemu) info sta\r\necho two\r\ntwo\r\n> ');
      program.type('\x01cinfo status\r');
      await program.prints('> (qemu) info status\r\nVM status: running\r\n(qemu) ');
      program.type('\x01h');
      await program.prints('Ctrl-A x    end the machine');
      program.type('\x01x');
      assert.equal(await program.exit, 0);
      assert.ok(program.stdout.endsWith('QEMU: Terminated\r\n'), JSON.stringify(program.stdout));
    });

  test('a -serial elsewhere leaves the terminal to the monitor of -nographic', async () => {
    const program = run('-nographic', '-serial', 'null');
    await program.prints(BANNER);
    program.type('quit\r');
    assert.equal(await program.exit, 0);
  });

  test('-serial mon:telnet shares each client in turn', async () => {
    const program = run('-serial', 'mon:tcp:127.0.0.1:0,server=on,wait=off', '-monitor', 'stdio');
    await program.prints('(qemu) ');
    program.type('info chardev\r');
    await program.prints('server=on');
    const port = Number(/tcp:127\.0\.0\.1:(\d+),server=on/.exec(program.stdout)?.[1]);
    for (let client = 0; client < 2; client++) {
      const socket = connectSocket(port, '127.0.0.1');
      let text = '';
      const until = (wanted: string) =>
        new Promise<void>((resolve) => {
          const check = () => {
            if (text.includes(wanted)) resolve();
          };
          socket.on('data', (chunk) => {
            text += chunk.toString();
            check();
          });
          check();
        });
      socket.write('\recho hello\r');
      await until('\nhello\r\n> ');
      socket.write('\x01cinfo name\r');
      await until('(qemu) info name\r\n');
      socket.destroy();
    }
    program.type('quit\r');
    assert.equal(await program.exit, 0);
  });
});

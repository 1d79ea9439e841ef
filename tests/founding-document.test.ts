/**
 * The founding document as a test: each example in it, word for word, with `qmp-machine` in the place of `qemu`.
 * The client here is a bare socket, so that nothing of this project's client can make up for its server.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { listening, type Program, root, run, start } from './support.js';

const bin = (name: string) => join(root, 'packages', name === 'qmp-machine' ? 'machine' : 'tools', 'bin', `${name}.js`);

/** Starts a command line as the document prints it, behind `$ qemu [...]`. */
function qemu(t: TestContext, commandLine: string): Program {
  return start(t, 'node', [bin('qmp-machine'), '-display', 'none', ...commandLine.split(/\s+/)]);
}

/** Says lines to a QMP monitor and collects what it answers, a JSON value a line. */
class Wire {
  readonly socket: Socket;
  received = '';
  constructor(t: TestContext, port = 4444) {
    this.socket = connect({ port, host: 'localhost' });
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
    });
    t.after(() => this.socket.destroy());
  }

  async lines(count: number): Promise<string[]> {
    const deadline = Date.now() + 20_000;
    while (this.received.split('\r\n').length <= count) {
      assert.ok(Date.now() < deadline, `wanted ${count} lines, got: ${this.received}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.received.split('\r\n').slice(0, count);
  }
}

/** The greeting in the document, with any version and any capabilities. */
const greeting =
  /^\{"QMP": \{"version": \{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": ".*"\}, "capabilities": \[.*\]\}\}$/;
const version = /^\{"return": \{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": ".*"\}\}$/;

describe('the founding document', () => {
  test('"The simplest one is using the \'-qmp\' command-line option": -qmp tcp:localhost:4444,server', async (t) => {
    const machine = qemu(t, '-qmp tcp:localhost:4444,server');
    await machine.sees(/waiting for connection on: disconnected:tcp:.*:4444,server/);
    await listening(4444);
    const wire = new Wire(t);
    assert.match((await wire.lines(1))[0] ?? '', greeting);
    wire.socket.write('{ "execute": "qmp_capabilities" }\n{ "execute": "query-version" }\n');
    const lines = await wire.lines(3);
    assert.equal(lines[1], '{"return": {}}');
    assert.match(lines[2] ?? '', version);
    wire.socket.write('{ "execute": "quit" }\n');
    assert.deepEqual(await machine.exited, { code: 0, signal: null });
  });

  test('"one user monitor on stdio and one QMP monitor on localhost port 4444"', async (t) => {
    const machine = qemu(
      t,
      `-chardev stdio,id=mon0 -mon chardev=mon0,mode=readline
       -chardev socket,id=mon1,host=localhost,port=4444,server
       -mon chardev=mon1,mode=control`,
    );
    await machine.sees(/waiting for connection/);
    await listening(4444);
    const wire = new Wire(t);
    assert.match((await wire.lines(1))[0] ?? '', greeting);
    wire.socket.write('{ "execute": "qmp_capabilities" }\n');
    await wire.lines(2);
    await machine.sees(/\(qemu\) /);
    machine.type('info status\n');
    await machine.sees(/VM status: running/);
    machine.type('stop\n');
    assert.match((await wire.lines(3))[2] ?? '', /^\{"timestamp": \{.*\}, "event": "STOP"\}$/);
    machine.type('quit\n');
    assert.deepEqual(await machine.exited, { code: 0, signal: null });
  });

  test('"two simple scripts": qmp-shell and vm-info talk to that monitor', async (t) => {
    const machine = qemu(t, '-name founding -qmp tcp:localhost:4444,server,wait=off');
    await listening(4444);
    const info = await run('node', [bin('vm-info'), 'localhost:4444']);
    assert.match(info, /founding/);
    const shell = start(t, 'node', [bin('qmp-shell'), 'localhost:4444']);
    shell.type('query-version\nquit\n');
    await shell.sees(/"?package"?/);
    assert.deepEqual(await machine.exited, { code: 0, signal: null });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, type QmpError } from 'qmp';
import { listenChardev } from 'qmp/chardev';
import { webSocketChardev } from 'qmp/protocol';
import { WebSocket } from 'ws';
import { chardevContract } from '../chardev/contract.js';

const open = (label: string): WebSocket => new WebSocket(`ws://${label.replace('websocket:', '')}/`, 'binary');

async function pair() {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const [near, far] = await Promise.all([webSocketChardev(open(listener.label)), listener.next()]);
  assert.ok(far);
  return { near, far, cleanup: () => listener.close() };
}
chardevContract('a WebSocket of one’s own', pair, { halfClose: false });

test('a WebSocket that cannot be opened is a failed connect, and one that takes too long is given up', async () => {
  await assert.rejects(webSocketChardev(open('127.0.0.1:1')), (error: QmpError) => {
    assert.equal(error.code, 'QMP_CONNECT_FAILED');
    assert.match(error.message, /cannot open ws:\/\/127.0.0.1:1/);
    return true;
  });
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(
    webSocketChardev(open('127.0.0.1:1'), signal),
    (error: QmpError) => error.code === 'QMP_ABORTED',
  );
  await assert.rejects(
    connect((aborted) => webSocketChardev(open('127.0.0.1:1'), aborted)),
    (error: QmpError) => error.code === 'QMP_CONNECT_FAILED',
  );
});

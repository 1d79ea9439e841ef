/**
 * The clients that ours is measured against: the least that Node needs, without ids (what small libraries do), and a
 * loop that does everything right for speed and nothing else. Each resolves to `{execute, close}`.
 */
import { connect } from 'node:net';

/** No ids: replies are taken in order from an array. No error handling, no limits, no exact integers. */
export function bare(path) {
  return new Promise((resolve) => {
    const socket = connect(path).setEncoding('utf8');
    const waiting = [];
    let text = '';
    const execute = (command) =>
      new Promise((settle) => {
        waiting.push(settle);
        socket.write(`{"execute":"${command}"}`);
      });
    const take = (message) => {
      if (message.QMP !== undefined)
        void execute('qmp_capabilities').then(() => resolve({ execute, close: () => socket.destroy() }));
      else if (message.event === undefined) waiting.shift()(message.return);
    };
    socket.on('data', (chunk) => {
      text += chunk;
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        take(JSON.parse(text.slice(start, end)));
        start = end + 1;
      }
      text = text.slice(start);
    });
  });
}

/** Ids, promises, a table, one write a tick, one static read buffer. */
export function tuned(path) {
  return new Promise((resolve) => {
    const pending = new Map();
    let next = 0;
    let out = '';
    let parts = [];
    const flush = () => {
      const text = out;
      out = '';
      socket.write(text);
    };
    const execute = (command) =>
      new Promise((settle, fail) => {
        const id = ++next;
        pending.set(id, { settle, fail });
        if (out === '') process.nextTick(flush);
        out += `{"execute":"${command}","id":${id}}\n`;
      });
    const line = (text) => {
      const message = JSON.parse(text);
      if (message.event !== undefined) return;
      if (message.QMP !== undefined) {
        void execute('qmp_capabilities').then(() => resolve({ execute, close: () => socket.destroy() }));
        return;
      }
      const { settle, fail } = pending.get(message.id);
      pending.delete(message.id);
      if (message.error === undefined) settle(message.return);
      else fail(new Error(message.error.desc));
    };
    const onread = {
      buffer: Buffer.allocUnsafe(65_536),
      callback(length, buffer) {
        let start = 0;
        for (let end = buffer.indexOf(10); end >= 0 && end < length; end = buffer.indexOf(10, start)) {
          const piece = buffer.subarray(start, end);
          line(parts.length === 0 ? piece.toString('utf8') : Buffer.concat([...parts, piece]).toString('utf8'));
          parts = [];
          start = end + 1;
        }
        if (start < length) parts.push(Buffer.from(buffer.subarray(start, length)));
        return true;
      },
    };
    const socket = connect({ path, onread });
  });
}

/** Gathers the bytes of one reply and parses them: what a large reply costs at the least. */
export function raw(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    let parts = [];
    let settle;
    const ask = (command) =>
      new Promise((done) => {
        settle = done;
        socket.write(`{"execute":"${command}"}`);
      });
    socket.on('data', (chunk) => {
      parts.push(chunk);
      if (chunk.at(-1) !== 10) return;
      const message = JSON.parse(Buffer.concat(parts).toString('utf8'));
      parts = [];
      if (message.QMP === undefined) settle(1);
      else
        void ask('qmp_capabilities').then(() =>
          resolve({ schema: () => ask('query-qmp-schema'), close: () => socket.destroy() }),
        );
    });
  });
}

/**
 * The least a QMP server on Node does: find where a message ends, JSON.parse, look the command up, JSON.stringify, one
 * write for what arrived together. No validation, no negotiation, no limits. What our monitor is measured against.
 *
 *   node minimal-server.mjs SOCKET INTROSPECTION.json
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [path, schemaFile] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 0}, "package": ""}, "capabilities": []}}\r\n';
const commands = {
  qmp_capabilities: () => ({}),
  'query-status': () => ({ status: 'paused', singlestep: false, running: false }),
  'query-qmp-schema': () => schema,
  cont: () => ({}),
  stop: () => ({}),
};

createServer((socket) => {
  let pieces = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  let out = '';
  socket.on('error', () => {});
  socket.write(greeting);

  const answer = (text) => {
    const message = JSON.parse(text);
    const command = commands[message.execute];
    if (message.execute === 'cont' || message.execute === 'stop') {
      const time = Date.now();
      const timestamp = { seconds: Math.floor(time / 1000), microseconds: (time % 1000) * 1000 };
      out += `${JSON.stringify({ timestamp, event: message.execute === 'cont' ? 'RESUME' : 'STOP' })}\r\n`;
    }
    const reply = command ? { return: command() } : { error: { class: 'GenericError', desc: 'no such command' } };
    if ('id' in message) reply.id = message.id;
    out += `${JSON.stringify(reply)}\r\n`;
  };

  socket.on('data', (chunk) => {
    let start = depth > 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) inString = false;
      } else if (byte === 0x22) inString = true;
      else if (byte === 0x7b || byte === 0x5b) {
        if (depth++ === 0) start = at;
      } else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) {
        const last = chunk.toString('utf8', start, at + 1);
        answer(pieces.length > 0 ? Buffer.concat([...pieces, chunk.subarray(start, at + 1)]).toString() : last);
        pieces = [];
      }
    }
    if (depth > 0) pieces.push(Buffer.from(chunk.subarray(start)));
    if (out !== '') {
      socket.write(out);
      out = '';
    }
  });
}).listen(path);

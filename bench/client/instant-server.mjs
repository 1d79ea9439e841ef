/**
 * A QMP server that answers at once with canned replies, so that clients can be told apart: QEMU itself is slower than
 * any of them. Run as a child process with the path of a socket; prints "ready".
 *
 *   node bench/client/instant-server.mjs /tmp/instant.sock
 */
import { createServer } from 'node:net';

const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "instant"}, "capabilities": ["oob"]}}\r\n';
const STATUS = '{"return": {"status": "paused", "singlestep": false, "running": false}';
const EMPTY = '{"return": {}';
/** As large as the schema of QEMU 7.2: about 207 kB. */
const SCHEMA = `{"return": [${Array.from({ length: 2200 }, (_, i) => `{"name": "type-${i}", "members": [{"name": "driver", "type": "${i}"}], "meta-type": "object"}`).join(', ')}]`;

const [BRACE_OPEN, BRACE_CLOSE, QUOTE, BACKSLASH] = [123, 125, 34, 92];

/** Finds whole commands by their braces, as QEMU does; they need not be lines. */
class Scanner {
  rest = '';

  *take(chunk) {
    const text = this.rest + chunk.toString('latin1');
    let depth = 0;
    let start = 0;
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (quoted) {
        if (code === BACKSLASH) i++;
        else if (code === QUOTE) quoted = false;
      } else if (code === QUOTE) quoted = true;
      else if (code === BRACE_OPEN && depth++ === 0) start = i;
      else if (code === BRACE_CLOSE && --depth === 0) {
        yield text.slice(start, i + 1);
        start = i + 1;
      }
    }
    this.rest = text.slice(start);
  }
}

function answer(command) {
  const at = command.lastIndexOf('"id":');
  const id =
    at < 0
      ? ''
      : `, "id": ${command
          .slice(at + 5, -1)
          .trim()
          .replace(/,.*$/, '')}`;
  if (command.includes('query-status')) return `${STATUS}${id}}\r\n`;
  if (command.includes('query-qmp-schema')) return `${SCHEMA}${id}}\r\n`;
  return `${EMPTY}${id}}\r\n`;
}

createServer((socket) => {
  const scanner = new Scanner();
  socket.on('error', () => {});
  socket.write(GREETING);
  socket.on('data', (chunk) => {
    let out = '';
    for (const command of scanner.take(chunk)) out += answer(command);
    if (out !== '') socket.write(out, 'latin1');
  });
}).listen(process.argv[2], () => console.log('ready'));

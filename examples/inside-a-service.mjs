// A monitor inside a Node service that does something else: node examples/inside-a-service.mjs unix:/tmp/service.sock
import { createServer } from 'node:http';
import { listenChardev } from 'qmp/chardev';
import { commandError, createHumanMonitor, createMonitor } from 'qmp/monitor';

const hits = new Map();
let draining = false;
const service = createServer((request, response) => {
  hits.set(request.url, (hits.get(request.url) ?? 0) + 1);
  monitor.emit('REQUEST', { url: request.url });
  response.writeHead(draining ? 503 : 200).end(draining ? 'draining\n' : 'hello\n');
});

function drain() {
  if (draining) throw commandError('The service is draining already');
  draining = true;
}

const version = { qemu: { micro: 0, minor: 1, major: 0 }, package: 'my service' };
const human = createHumanMonitor({
  version,
  commands: [{ name: 'drain', help: 'refuse new requests', handler: drain }],
  info: [
    { name: 'hits', help: 'requests by path', handler: () => [...hits].map((hit) => `${hit.join(': ')}\n`).join('') },
  ],
});
const monitor = createMonitor({
  version,
  commands: [
    { name: 'query-hits', handler: () => [...hits].map(([url, count]) => ({ url, count })) },
    { name: 'drain', handler: drain },
    {
      name: 'quit',
      handler: (_args, { emit, afterReply }) => {
        emit('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' });
        afterReply(() => void Promise.all([monitor.close(), service.close()]));
      },
    },
    human.qmpCommand(),
  ],
  events: [{ name: 'REQUEST', throttle: { period: 100, key: 'url' } }],
  limits: { sessions: 8, negotiation: 60_000 },
  authorize: ({ session, command }) =>
    command === 'quit' && !session.label.startsWith('unix:') ? 'Only local clients may quit' : undefined,
  trace: (event) => event.type === 'command' && console.log(`${event.session.label}: ${event.command}`),
});

await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
const listener = await listenChardev(`${process.argv[2] ?? 'tcp:127.0.0.1:0'},server=on,wait=off`);
console.log(`service on http://127.0.0.1:${service.address().port}, monitor on ${listener.label}`);
await monitor.serve(listener, { clients: 4 });

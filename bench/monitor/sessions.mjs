/**
 * What many sessions cost: memory of idle ones, and events to a hundred of them.
 *
 *   node bench/monitor/sessions.mjs [SESSIONS]
 *
 * Memory is the growth of the server's resident size, sockets and all, after each session has negotiated.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { startServers } from './servers.mjs';

const wanted = Number(process.argv[2] ?? 10_000);
const servers = await startServers({ clients: wanted, qemu: false });
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${servers.pid('ours')}/status`, 'utf8'))[1]);

/** Opens a session and negotiates. */
async function open() {
  const socket = connect(servers.socket('ours'));
  socket.setEncoding('latin1');
  await once(socket, 'data');
  socket.write('{"execute": "qmp_capabilities"}');
  await once(socket, 'data');
  return socket;
}

try {
  // The first ones fill the heap's spare room.
  const sockets = [];
  for (let at = 0; at < 200; at++) sockets.push(await open());
  const before = resident();
  while (sockets.length < wanted) sockets.push(...(await Promise.all(Array.from({ length: 10 }, open))));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const each = ((resident() - before) * 1024) / (sockets.length - 200);
  console.log(
    `${sockets.length} idle sessions: ${(each / 1000).toFixed(1)} kB each${each < 20_000 ? '' : ' (bar 20 kB, MISSED)'}`,
  );

  for (const socket of sockets.splice(100)) socket.destroy();
  const events = 2000;
  let seen = 0;
  const done = new Promise((resolve) => {
    for (const socket of sockets) {
      socket.on('data', (text) => {
        seen += text.split('"event"').length - 1;
        if (seen >= events * sockets.length) resolve();
      });
    }
  });
  const start = performance.now();
  sockets[0].write('{"execute": "cont"}{"execute": "stop"}'.repeat(events / 2));
  await done;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${events} events to 100 sessions: ${((events * 100) / seconds / 1000).toFixed(0)} thousand deliveries a second`,
  );
  for (const socket of sockets) socket.destroy();
} finally {
  await servers.stop();
}

import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { JsonObject } from 'qmp/json';
import type { Monitor } from 'qmp/monitor';
import type { SkippingClock } from './clock.js';

/** Listens for lines `{"event", "data"}` and `{"advanceMs"}` and answers each with `ok`. */
export function listenForInjection(path: string, monitor: Monitor, clock: SkippingClock): Server {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const request = JSON.parse(line) as { event?: string; data?: JsonObject; advanceMs?: number };
      if (request.event !== undefined) monitor.emit(request.event, request.data);
      if (request.advanceMs !== undefined) clock.advance(request.advanceMs);
      socket.write('ok\n');
    });
  });
  return server.listen(path);
}

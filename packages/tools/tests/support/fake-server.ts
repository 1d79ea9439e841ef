import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const version = { qemu: { major: 7, minor: 2, micro: 0 }, package: '' };
export const greeting = `${JSON.stringify({ QMP: { version, capabilities: [] } })}\r\n`;

interface Message {
  readonly execute: string;
  readonly id?: unknown;
}

/** What a fake server does with a command: text to send, or an action on its connection. */
export type Answer = (message: Message, socket: Socket) => unknown;

export interface FakeServer extends AsyncDisposable {
  readonly path: string;
}

/** A server on a unix socket that does whatever `connected` does with each connection. */
export async function fakeServer(connected: (socket: Socket) => void): Promise<FakeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-fake-'));
  const path = join(folder, 'fake.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return { path, [Symbol.asyncDispose]: stop };
}

/**
 * A server that greets and negotiates as QEMU does; what `answer` returns is the value of `return`.
 *
 * @param events are raised right after the negotiation.
 */
export function fakeQmp(answer: Answer, events: readonly unknown[] = []): Promise<FakeServer> {
  return fakeServer((socket) => {
    socket.write(greeting);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (const message of splitObjects(text)) {
        text = text.slice(text.indexOf(message) + message.length);
        const { execute } = reply(JSON.parse(message) as Message, socket, answer);
        if (execute !== 'qmp_capabilities') continue;
        for (const event of events) socket.write(`${JSON.stringify(event)}\r\n`);
      }
    });
  });
}

function reply(message: Message, socket: Socket, answer: Answer): Message {
  const value = message.execute === 'qmp_capabilities' ? {} : answer(message, socket);
  if (value === undefined) return message;
  const id = message.id === undefined ? {} : { id: message.id };
  const body = value instanceof Error ? { error: { class: 'GenericError', desc: value.message } } : { return: value };
  socket.write(`${JSON.stringify({ ...body, ...id })}\r\n`);
  return message;
}

/** The complete objects at the beginning of a text. Strings in these tests hold no braces. */
function splitObjects(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && depth++ === 0) start = at;
    if (text[at] === '}' && --depth === 0) objects.push(text.slice(start, at + 1));
  }
  return objects;
}

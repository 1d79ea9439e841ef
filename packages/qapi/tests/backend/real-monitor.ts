import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** What QEMU answered, as far as these tests look at it. */
export interface Reply {
  readonly error?: { readonly desc: string };
}

/** A real QEMU without a machine, its monitor on an inherited socket. */
export interface RealMonitor {
  /** Sends a command; `args` is the text of its arguments. */
  execute(name: string, args: string): Promise<Reply>;
  stop(): Promise<void>;
}

/** Starts QEMU in a directory of its own, with some arguments more, and negotiates. */
export async function startQemu(more: readonly string[] = []): Promise<RealMonitor> {
  const directory = mkdtempSync(join(tmpdir(), 'qapi-qemu-'));
  const argv = [
    '-M',
    'none',
    '-nodefaults',
    '-display',
    'none',
    '-S',
    '-chardev',
    'socket,id=m,fd=3',
    '-mon',
    'chardev=m,mode=control',
    ...more,
  ];
  const child = spawn('qemu-system-x86_64', argv, { cwd: directory, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const socket = child.stdio[3] as Duplex;
  const waiting: ((reply: Reply) => void)[] = [];
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const message = JSON.parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (!('event' in message)) waiting.shift()?.(message);
    }
  });
  const next = () => new Promise<Reply>((resolve) => waiting.push(resolve));
  const execute = (name: string, args: string) => {
    const reply = next();
    socket.write(`{"execute": "${name}", "arguments": ${args}}\n`);
    return reply;
  };
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    // What a killed process leaves unread resets the connection.
    socket.on('error', () => {});
    child.kill('SIGKILL');
    await gone;
    socket.destroy();
    rmSync(directory, { recursive: true });
  };
  await next();
  await execute('qmp_capabilities', '{}');
  return { execute, stop };
}

/** Repeatable numbers below a bound. */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
}

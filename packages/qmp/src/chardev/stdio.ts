/** Standard input and output as a chardev. */
import { Readable, Writable } from 'node:stream';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { StdioSpec } from './spec.js';
import { StreamChardev } from './stream-chardev.js';

let taken = false;

/** Signals that a terminal sends for a key, which raw mode leaves to us. */
const signalKeys: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [0x03, 'SIGINT'],
  [0x1c, 'SIGQUIT'],
]);

/**
 * Opens standard input and output. A terminal is put into raw mode, so that each key arrives at once and unechoed,
 * unless `echo` is asked for. Closing gives it back and ends neither.
 *
 * @throws {QmpError} QMP_STATE when it is open already: there is only one.
 */
export function openStdio(spec: StdioSpec, echo: boolean): Chardev {
  if (taken) {
    throw new QmpError('QMP_STATE', 'standard input and output are used by another chardev already', {
      hint: 'Give one of them another chardev, or share the terminal with mon:stdio.',
    });
  }
  taken = true;
  const input = inputProxy(spec.signal, echo);
  input.once('close', () => {
    taken = false;
  });
  return new StreamChardev({ label: 'stdio', readable: input, writable: outputProxy() });
}

/** Reads from standard input without owning it. */
function inputProxy(signals: boolean, echo: boolean): Readable {
  const { stdin } = process;
  const raw = stdin.isTTY === true && !echo;
  const data = (chunk: Buffer) => {
    const rest = raw && signals ? raiseSignals(chunk) : chunk;
    if (rest.length > 0 && !proxy.push(rest)) stdin.pause();
  };
  const end = () => proxy.push(null);
  const error = (cause: Error) => proxy.destroy(cause);
  const proxy = new Readable({
    read: () => stdin.resume(),
    destroy(cause, done) {
      stdin.off('data', data).off('end', end).off('error', error).pause();
      if (raw) stdin.setRawMode(false);
      done(cause);
    },
  });
  if (raw) stdin.setRawMode(true);
  stdin.pause().on('data', data).on('end', end).on('error', error);
  if (stdin.readableEnded) proxy.push(null);
  return proxy;
}

function raiseSignals(chunk: Buffer): Buffer {
  if (!chunk.some((byte) => signalKeys.has(byte))) return chunk;
  return chunk.filter((byte) => {
    const signal = signalKeys.get(byte);
    if (signal !== undefined) process.kill(process.pid, signal);
    return signal === undefined;
  }) as Buffer;
}

/** Writes to standard output without owning it. */
function outputProxy(): Writable {
  const { stdout } = process;
  const error = (cause: Error) => proxy.destroy(cause);
  const proxy = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding: BufferEncoding, done) {
      const sent = (cause?: Error | null) => done(cause);
      if (typeof chunk === 'string') stdout.write(chunk, encoding, sent);
      else stdout.write(chunk, sent);
    },
    destroy(cause, done) {
      stdout.off('error', error);
      done(cause);
    },
  });
  stdout.on('error', error);
  return proxy;
}

/** Chardevs over files, named pipes and terminal devices. */
import { close, closeSync, constants, existsSync, openSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { openError, systemCode } from './errors.js';
import { labelOf } from './label.js';
import type { DeviceSpec, FileSpec, PipeSpec } from './spec.js';
import { StreamChardev } from './stream-chardev.js';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** Opens a file for writing, and with `inputPath` another one for reading. */
export async function openFile(spec: FileSpec): Promise<Chardev> {
  const label = labelOf(spec);
  // Imported here, and `node:tty` below: most programs open none of these and start sooner without.
  const { open } = await import('node:fs/promises');
  try {
    const output = await open(spec.path, spec.append ? 'a' : 'w');
    const input = spec.inputPath === undefined ? undefined : await open(spec.inputPath, 'r');
    const readable = input === undefined ? silence() : input.createReadStream();
    return new StreamChardev({ label, readable: readable.pause(), writable: output.createWriteStream() });
  } catch (error) {
    throw openError(label, error);
  }
}

/**
 * Opens two named pipes. The server (QEMU's role) reads `path.in` and writes `path.out`; the client the other way round.
 * When there is no `path.in`, `path` itself is used for both.
 */
export function openPipe(spec: PipeSpec, role: 'server' | 'client'): Chardev {
  const label = labelOf(spec);
  const server = role === 'server';
  try {
    const [input, output] = openBoth(spec.path, server);
    const readable = new Socket({ fd: input, readable: true, writable: false }).pause();
    return new StreamChardev({
      label,
      readable,
      writable: new Socket({ fd: output, readable: false, writable: true }),
    });
  } catch (error) {
    if (QmpError.is(error) || systemCode(error) !== 'ENXIO') throw openError(label, error);
    throw new QmpError('QMP_CONNECT_FAILED', `cannot open ${label}: nobody reads it (ENXIO)`, {
      cause: error,
      hint: 'Start the virtual machine with -qmp pipe:PATH first.',
    });
  }
}

function openBoth(path: string, server: boolean): [input: number, output: number] {
  // A server opens for both directions, so that a client that leaves does not end it. A client wants to see the end.
  const [read, write] = server ? [O_RDWR, O_RDWR] : [O_RDONLY, O_WRONLY];
  const [from, to] = server ? ['in', 'out'] : ['out', 'in'];
  if (!existsSync(`${path}.in`)) return [openFd(path, O_RDWR), openFd(path, O_RDWR)];
  const input = openFd(`${path}.${from}`, read);
  try {
    return [input, openFd(`${path}.${to}`, write)];
  } catch (error) {
    closeSync(input);
    throw error;
  }
}

/** Opens without waiting for the other end. */
function openFd(path: string, flags: number): number {
  return openSync(path, flags | O_NONBLOCK);
}

/**
 * Opens a device of this host. A terminal, such as the other end of a pty chardev, is put into raw mode; another device,
 * such as /dev/null, is written to and never read.
 */
export async function openDevice(spec: DeviceSpec): Promise<Chardev> {
  const label = labelOf(spec);
  const { isatty } = await import('node:tty');
  try {
    const flags = O_RDWR | O_NOCTTY;
    const fd = openFd(spec.path, flags);
    if (!isatty(fd)) return new StreamChardev({ label, readable: silence(), writable: deviceWriter(fd) });
    // For reading, Node opens such a terminal anew and leaves this descriptor to us.
    return await terminalChardev(fd, fd, label);
  } catch (error) {
    throw openError(label, error);
  }
}

/** Makes a chardev of two descriptors of the same terminal, the second one not blocking. */
export async function terminalChardev(input: number, output: number, label: string): Promise<Chardev> {
  const { ReadStream } = await import('node:tty');
  const readable = new ReadStream(input);
  readable.setRawMode(true);
  return new TerminalChardev({ label, readable: readable.pause(), writable: deviceWriter(output) });
}

/** Writes to a device. Node's own class for terminals stops the whole process while the terminal is full. */
function deviceWriter(fd: number): Writable {
  let retry: NodeJS.Timeout | undefined;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const attempt = (rest: Buffer) => {
        write(fd, rest, (error, written) => {
          if (this.destroyed) done();
          else if (error === null && written === rest.length) done();
          else if (error === null) attempt(rest.subarray(written));
          else if (error.code === 'EAGAIN') retry = setTimeout(attempt, 5, rest);
          else done(error);
        });
      };
      attempt(chunk);
    },
    destroy(error, done) {
      clearTimeout(retry);
      close(fd, () => done(error));
    },
  });
}

/** A terminal tells by an I/O error that its other end was closed; that is no fault. */
class TerminalChardev extends StreamChardev {
  protected override lost(error: Error): void {
    if (systemCode(error) === 'EIO') void this.close();
    else super.lost(error);
  }
}

/** An input that never brings anything. */
function silence(): Readable {
  return new Readable({ read() {} });
}

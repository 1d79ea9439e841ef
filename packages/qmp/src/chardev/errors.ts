/** Turns the system's error codes into sentences: what failed, why, and what to do next. */
import { QmpError } from '../protocol/errors.js';

interface Explanation {
  readonly why: string;
  readonly hint?: string;
}

/** The code of a system error, also inside the error that Node makes of several attempts. */
export function systemCode(error: unknown): string {
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Makes the error of a connection that did not come about. */
export function connectError(label: string, error: unknown): QmpError {
  const code = systemCode(error);
  const unix = label.startsWith('unix:');
  const explanation = (unix ? unixConnect[code] : inetConnect[code]) ?? anyConnect[code];
  return explained('QMP_CONNECT_FAILED', `cannot connect to ${label}`, explanation, error);
}

/** Makes the error of a listener that did not come about. */
export function listenError(label: string, error: unknown): QmpError {
  return explained('QMP_LISTEN_FAILED', `cannot listen on ${label}`, listen[systemCode(error)], error);
}

/** Makes the error of a file, terminal or device that cannot be opened. */
export function openError(label: string, error: unknown): QmpError {
  return explained('QMP_CONNECT_FAILED', `cannot open ${label}`, open[systemCode(error)], error);
}

/** Makes the error of a connection that broke. */
export function lostError(label: string, error: unknown): QmpError {
  if (QmpError.is(error)) return error;
  return explained('QMP_DISCONNECTED', `${label}: the connection broke`, lost[systemCode(error)], error);
}

function explained(
  code: 'QMP_CONNECT_FAILED' | 'QMP_LISTEN_FAILED' | 'QMP_DISCONNECTED',
  what: string,
  explanation: Explanation | undefined,
  error: unknown,
): QmpError {
  const system = systemCode(error);
  const text = error instanceof Error && error.message !== '' ? error.message : String(error);
  const why = explanation === undefined ? text : `${explanation.why}${system === '' ? '' : ` (${system})`}`;
  const hint = explanation?.hint;
  return new QmpError(code, `${what}: ${why}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

const unixConnect: Readonly<Record<string, Explanation>> = {
  ENOENT: {
    why: 'there is no such socket',
    hint: 'Check the path, and that the virtual machine runs with -qmp unix:PATH,server=on,wait=off.',
  },
  ECONNREFUSED: {
    why: 'nobody listens there',
    hint: 'The file is left from a process that ended, or is no socket: start the virtual machine again.',
  },
  EAGAIN: {
    why: 'other clients are connected and waiting already',
    hint: 'A monitor serves one client at a time: end the other one, or give the machine a second monitor.',
  },
  EPROTOTYPE: { why: 'the socket is not a stream socket', hint: 'Check that the path is that of a monitor.' },
};

const inetConnect: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    why: 'nobody listens there',
    hint: 'Check host and port, and that the virtual machine runs with -qmp tcp:HOST:PORT,server=on,wait=off.',
  },
  ENOTFOUND: { why: 'the host name is unknown', hint: 'Check its spelling, or give the address in numbers.' },
  EAI_AGAIN: { why: 'the name service does not answer', hint: 'Give the address in numbers, or try again later.' },
  ETIMEDOUT: { why: 'the host does not answer', hint: 'A firewall may drop the packets; check host and port.' },
  EHOSTUNREACH: { why: 'there is no route to the host', hint: 'Check the address and the network.' },
  ENETUNREACH: { why: 'there is no route to that network', hint: 'Check the address; IPv6 may be off: try ipv4=on.' },
  EADDRNOTAVAIL: { why: 'this host has no such address', hint: 'Check the address; IPv6 may be off: try ipv4=on.' },
};

const anyConnect: Readonly<Record<string, Explanation>> = {
  EACCES: { why: 'permission denied', hint: 'Run as the user who owns the socket, or ask for access to it.' },
  EPERM: { why: 'permission denied', hint: 'Run as the user who owns the socket, or ask for access to it.' },
  ENOTDIR: { why: 'a part of the path is not a directory', hint: 'Check the path.' },
  EMFILE: { why: 'this process has too many open files', hint: 'Raise the limit (ulimit -n), or close some.' },
};

const listen: Readonly<Record<string, Explanation>> = {
  EADDRINUSE: {
    why: 'another process listens there',
    hint: 'End it, choose another address, or let a free port be found with to=PORT or port 0.',
  },
  EACCES: { why: 'permission denied', hint: 'Choose a directory of your own, or a port above 1023.' },
  EPERM: { why: 'permission denied', hint: 'Choose a directory of your own, or a port above 1023.' },
  EADDRNOTAVAIL: { why: 'this host has no such address', hint: 'Use an address of this host, such as 127.0.0.1.' },
  EAFNOSUPPORT: { why: 'it has no address of that family', hint: 'Check ipv4= and ipv6= against the address.' },
  ENOENT: { why: 'the directory does not exist', hint: 'Create it first.' },
  ENOTDIR: { why: 'a part of the path is not a directory', hint: 'Check the path.' },
  EROFS: { why: 'the file system is read-only', hint: 'Choose another directory.' },
  ENOTFOUND: { why: 'the host name is unknown', hint: 'Check its spelling, or give the address in numbers.' },
  EAI_AGAIN: { why: 'the name service does not answer', hint: 'Give the address in numbers.' },
  EMFILE: { why: 'this process has too many open files', hint: 'Raise the limit (ulimit -n), or close some.' },
};

const open: Readonly<Record<string, Explanation>> = {
  ENOENT: { why: 'there is no such file or directory', hint: 'Check the path.' },
  EACCES: { why: 'permission denied', hint: 'Check who owns it and its permissions.' },
  EPERM: { why: 'permission denied', hint: 'Check who owns it and its permissions.' },
  EISDIR: { why: 'it is a directory', hint: 'Name a file.' },
  ENXIO: { why: 'there is no device behind it', hint: 'Check that the device is present.' },
  EBADF: { why: 'the descriptor is not open in this process', hint: 'Pass it when starting the process.' },
};

const lost: Readonly<Record<string, Explanation>> = {
  ECONNRESET: { why: 'the peer reset it', hint: 'The other process ended or was killed.' },
  EPIPE: { why: 'the peer has closed it', hint: 'The other process ended or closed its end.' },
  ETIMEDOUT: { why: 'the peer does not answer any more' },
  EIO: { why: 'the terminal was closed' },
};

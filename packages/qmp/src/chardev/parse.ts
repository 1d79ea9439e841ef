/** Reads every way in which QEMU's command line names a chardev. */
import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import { flattenJsonOptions, type Options, parseOptionList } from './option-list.js';
import { nearest, OptionReader } from './option-reader.js';
import { parseSocketOptions } from './parse-socket.js';
import type { ChardevSpec, CommonSpec } from './spec.js';

/** What `-serial`, `-monitor` and `-qmp` name: a chardev of their own, one made by `-chardev`, or none. */
export type CharDevice =
  | { readonly kind: 'chardev'; readonly spec: ChardevSpec }
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'none' };

/** What `-mon` says. */
export interface MonitorOption {
  /** The id of its chardev. */
  readonly chardev: string;
  /** `control` is QMP, `readline` the human monitor. @default 'readline' */
  readonly mode: 'control' | 'readline';
  /** QMP in many lines. @default false */
  readonly pretty: boolean;
  readonly id?: string;
}

const backends = ['socket', 'stdio', 'file', 'pipe', 'pty', 'ringbuf', 'null', 'serial'] as const;
type Backend = (typeof backends)[number];

/** Names that QEMU also takes. */
const aliases: Readonly<Record<string, Backend>> = { memory: 'ringbuf', tty: 'serial' };

/**
 * Reads the argument of `-chardev`: `socket,id=m,path=/run/vm.sock,server=on,wait=off`, or JSON in the form of the same
 * names or of the command `chardev-add`.
 *
 * @throws {QmpError} QMP_OPTION_INVALID naming the option that is wrong.
 */
export function parseChardevOption(option: string | JsonObject): ChardevSpec & { readonly id: string } {
  const options = typeof option === 'string' ? readOptions(option, 'backend') : flattenJsonOptions(option);
  const spec = specOf(options);
  if (spec.id === undefined) {
    throw new QmpError('QMP_OPTION_INVALID', 'chardev: no id specified', {
      hint: `Give it a name that -mon chardev=… can use: -chardev ${spec.backend},id=mon0,…`,
    });
  }
  return { ...spec, id: spec.id };
}

/** Reads the argument of `-mon`: `chardev=m,mode=control,pretty=on`. */
export function parseMonitorOption(option: string | JsonObject): MonitorOption {
  const options = typeof option === 'string' ? readOptions(option, 'chardev') : flattenJsonOptions(option);
  const reader = new OptionReader('-mon', options);
  const chardev = reader.required('chardev', '-mon chardev=m,mode=control');
  const mode = reader.choice('mode', ['control', 'readline']) ?? 'readline';
  const pretty = reader.boolean('pretty') ?? false;
  const id = readId(reader);
  reader.finish();
  if (pretty && mode === 'readline') {
    throw reader.invalid("'pretty' does not fit mode=readline", 'Use mode=control for QMP.');
  }
  return { chardev, mode, pretty, ...(id === undefined ? {} : { id }) };
}

/**
 * Reads the argument of `-qmp`, `-qmp-pretty`, `-monitor` and `-serial`: `tcp:localhost:4444,server=on`, `unix:/p`,
 * `stdio`, `mon:stdio`, `chardev:m`, `none`, …
 *
 * @throws {QmpError} QMP_ADDRESS_INVALID when it names no chardev, QMP_OPTION_INVALID for its options.
 */
export function parseCharDevice(text: string): CharDevice {
  if (text === 'none') return { kind: 'none' };
  const reference = after(text, 'chardev:');
  if (reference !== undefined) return { kind: 'reference', id: reference };
  const muxed = after(text, 'mon:');
  const spec = parseShort(muxed ?? text);
  if (spec === undefined) throw unreadable(text, 'a valid char driver');
  return { kind: 'chardev', spec: muxed === undefined ? spec : shared(spec) };
}

/**
 * Reads an address as a client's user types it: all of {@link parseCharDevice}, the option list of `-chardev`, and also
 * a plain path (`/run/vm.sock`, `./vm.sock`), `host:port`, `[::1]:4444`, `ws://host:port/` and `wss://host:port/`.
 *
 * @throws {QmpError} QMP_ADDRESS_INVALID when it is none of these, QMP_OPTION_INVALID for its options.
 */
export function parseAddress(text: string): ChardevSpec {
  const address = text.trim();
  if (address.startsWith('{')) return specOf(readOptions(address, 'backend'));
  const spec = parseShort(address) ?? parsePlain(address);
  if (spec === undefined) throw unreadable(text);
  return spec;
}

/** A terminal that is shared passes Ctrl-C on, as in QEMU. */
function shared(spec: ChardevSpec): ChardevSpec {
  return spec.backend === 'stdio' ? { ...spec, mux: true, signal: false } : { ...spec, mux: true };
}

/** `tcp:…`, `unix:…` and the other forms with a prefix; undefined when it has none of them. */
function parseShort(text: string): ChardevSpec | undefined {
  if (text === 'stdio' || text === 'null' || text === 'pty' || text === 'ringbuf') {
    return specOf(new Map([['backend', text]]));
  }
  for (const protocol of ['tcp', 'telnet', 'websocket'] as const) {
    const rest = after(text, `${protocol}:`);
    if (rest !== undefined) return parseInet(protocol, rest, text);
  }
  for (const [prefix, backend] of [
    ['unix:', 'socket'],
    ['file:', 'file'],
    ['pipe:', 'pipe'],
    ['pty:', 'pty'],
  ] as const) {
    const rest = after(text, prefix);
    if (rest !== undefined) return specOf(withBackend(backend, parseOptionList(rest, 'path')));
  }
  const fd = after(text, 'fd:');
  if (fd !== undefined) return specOf(withBackend('socket', parseOptionList(fd, 'fd')));
  if (text.startsWith('/dev/')) return specOf(withBackend('serial', parseOptionList(text, 'path')));
  return undefined;
}

function parseInet(protocol: 'tcp' | 'telnet' | 'websocket', rest: string, text: string): ChardevSpec {
  const match = /^(?:\[([^\]]*)\]|([^:,]*)):([^,:]+)(?:,(.*))?$/s.exec(rest);
  if (match === null) {
    throw new QmpError('QMP_ADDRESS_INVALID', `'${text}' is not ${protocol}:HOST:PORT`, {
      hint: `Write host and port, and options after a comma: ${protocol}:localhost:4444,server=on,wait=off. An IPv6 address goes in brackets.`,
    });
  }
  const options = new Map(parseOptionList(match[4] ?? ''));
  options.set('backend', 'socket').set('host', match[1] ?? match[2] ?? '');
  options.set('port', match[3] ?? '');
  if (protocol !== 'tcp') options.set(protocol, 'on');
  return specOf(options);
}

function parsePlain(address: string): ChardevSpec | undefined {
  const [word = ''] = address.split(',', 1);
  if (isBackend(word) && word !== address) return specOf(parseOptionList(address, 'backend'));
  const url = /^(wss?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(?:\/.*)?$/.exec(address);
  if (url !== null) {
    const secure = url[1] === 'wss';
    const spec = parseInet('websocket', `${url[2]}:${url[3] ?? (secure ? 443 : 80)}`, address);
    return secure && spec.backend === 'socket' ? { ...spec, tlsCreds: '' } : spec;
  }
  if (/^(\[[^\]]+\]|[^:/,\s]*):\d+(,.*)?$/.test(address)) return parseInet('tcp', address, address);
  if (address.includes('/')) return specOf(withBackend('socket', parseOptionList(address, 'path')));
  return undefined;
}

function specOf(options: Options): ChardevSpec {
  const name = options.get('backend') ?? options.get('type') ?? '';
  const backend = aliases[name] ?? name;
  if (!isBackend(backend)) {
    const near = nearest(backend, backends);
    throw new QmpError('QMP_OPTION_INVALID', `'${name}' is not a valid char driver name`, {
      hint: near === undefined ? `Kinds are ${backends.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  const reader = new OptionReader(`chardev '${backend}'`, options);
  reader.string('backend');
  const id = readId(reader);
  const mux = reader.boolean('mux');
  const common: CommonSpec = { ...(id === undefined ? {} : { id }), ...(mux === undefined ? {} : { mux }) };
  const spec = readBackend(backend, reader, common);
  reader.finish();
  return spec;
}

function readBackend(backend: Backend, reader: OptionReader, common: CommonSpec): ChardevSpec {
  switch (backend) {
    case 'socket':
      return { ...common, ...parseSocketOptions(reader) };
    case 'stdio':
      return { ...common, backend, signal: reader.boolean('signal') ?? true };
    case 'file': {
      const path = reader.required('path', 'file,id=log,path=/tmp/serial.log');
      const inputPath = reader.string('input-path');
      const append = reader.boolean('append') ?? false;
      return { ...common, backend, path, append, ...(inputPath === undefined ? {} : { inputPath }) };
    }
    case 'pipe':
      return { ...common, backend, path: reader.required('path', 'pipe,id=p,path=/tmp/fifo') };
    case 'serial':
      return { ...common, backend, path: reader.required('path', 'serial,id=s,path=/dev/ttyS0') };
    case 'pty': {
      const path = reader.string('path');
      return { ...common, backend, ...(path === undefined ? {} : { path }) };
    }
    case 'ringbuf': {
      const size = reader.size('size') || 65_536;
      if (!Number.isInteger(Math.log2(size))) throw reader.invalid('size of ringbuf chardev must be power of two');
      return { ...common, backend, size };
    }
    case 'null':
      return { ...common, backend };
  }
}

function readId(reader: OptionReader): string | undefined {
  const id = reader.string('id');
  if (id !== undefined && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) {
    throw reader.invalid(
      "Parameter 'id' expects an identifier",
      'It starts with a letter and goes on with letters, digits, ".", "_" and "-".',
    );
  }
  return id;
}

function readOptions(text: string, impliedName: string): Options {
  if (!text.trimStart().startsWith('{')) return parseOptionList(text, impliedName);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new QmpError('QMP_OPTION_INVALID', `the options are not JSON: ${(cause as Error).message}`, { cause });
  }
  return flattenJsonOptions(value as JsonObject);
}

function withBackend(backend: Backend, options: Options): Options {
  return new Map(options).set('backend', backend);
}

function isBackend(word: string): word is Backend {
  return (backends as readonly string[]).includes(word);
}

function after(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

function unreadable(text: string, what = 'an address'): QmpError {
  return new QmpError('QMP_ADDRESS_INVALID', `'${text}' is not ${what}`, {
    hint: 'Addresses are tcp:HOST:PORT, unix:PATH, HOST:PORT, a path with a "/", telnet:HOST:PORT, websocket:HOST:PORT, fd:N, stdio, or a -chardev option list.',
  });
}

export { joinChardevs } from './join.js';
export { disconnectedName, labelOf, waitingLine } from './label.js';
export type { MuxOptions } from './mux.js';
export { Mux } from './mux.js';
export { chardevFactory, listenChardev, openChardev } from './open.js';
export type { OpenOptions } from './open-options.js';
export type { Options } from './option-list.js';
export { escapeOptionValue, parseOptionList } from './option-list.js';
export { nearest, OptionReader } from './option-reader.js';
export type { CharDevice, MonitorOption } from './parse.js';
export { parseAddress, parseCharDevice, parseChardevOption, parseMonitorOption } from './parse.js';
export { RelayChardev } from './relay.js';
export { NullChardev, RingbufChardev } from './sink.js';
export { adoptSocket } from './socket.js';
export type {
  ChardevSpec,
  CommonSpec,
  DeviceSpec,
  FdAddress,
  FileSpec,
  InetAddress,
  NullSpec,
  PipeSpec,
  PtySpec,
  RingbufSpec,
  SocketAddress,
  SocketSpec,
  StdioSpec,
  UnixAddress,
} from './spec.js';
export type { PskCreds, TlsCreds, X509Creds } from './tls-creds.js';
export { parseTlsCreds } from './tls-creds.js';

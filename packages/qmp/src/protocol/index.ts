export type { Chardev, ChardevFactory, ChardevHandlers, ChardevListener } from './chardev.js';
export type { QmpErrorCode, QmpErrorDetails } from './errors.js';
export { QmpError } from './errors.js';
export type { PortLike } from './message-port.js';
export { messagePortChardev } from './message-port.js';
export type {
  Capability,
  CommandMessage,
  ErrorBody,
  ErrorClass,
  EventMessage,
  Greeting,
  Timestamp,
  VersionInfo,
  VersionTriple,
} from './messages.js';
export { REDACTED, redactArguments, redactLine, redactQuoted, redactReply, redactText } from './redact.js';
export type { WebSocketLike } from './web-socket.js';
export { webSocketChardev } from './web-socket.js';

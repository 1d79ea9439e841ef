export type { Chardev, ChardevFactory, ChardevHandlers, ChardevListener } from './chardev.js';
export type { QmpErrorCode, QmpErrorDetails } from './errors.js';
export { QmpError } from './errors.js';
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

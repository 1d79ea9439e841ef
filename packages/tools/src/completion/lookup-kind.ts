/** Names that only the running machine knows. */
export type LookupKind =
  | 'node'
  | 'device'
  | 'object'
  | 'job'
  | 'netdev'
  | 'chardev'
  | 'qom-path'
  | 'qom-property'
  | 'qom-type'
  | 'device-type'
  | 'bus'
  | 'snapshot';

/** Asks the running machine for names. May reject: completion then goes on without. */
export type Lookup = (kind: LookupKind, context: LookupContext) => Promise<readonly string[]>;

export interface LookupContext {
  /** What is typed of the name so far. */
  readonly typed: string;
  /** The value that another argument of the same command was given. */
  readonly given: (argument: string) => string | undefined;
}

/** Which names an argument of a command takes; the schema only says "string". */
export function lookupKind(command: string, argument: string): LookupKind | undefined {
  if (newNames.has(`${command} ${argument}`)) return undefined;
  return byCommand[`${command} ${argument}`] ?? byPattern(command, argument) ?? byArgument[argument];
}

/** Names that the command gives, which nothing has yet. */
const newNames: ReadonlySet<string> = new Set([
  'blockdev-add node-name',
  'blockdev-add snapshot-node-name',
  'blockdev-mirror node-name',
  'chardev-add id',
]);

const byCommand: Readonly<Record<string, LookupKind>> = {
  'device_del id': 'device',
  'device_add driver': 'device-type',
  'device_add bus': 'bus',
  'device_add drive': 'node',
  'blockdev-add file': 'node',
  'blockdev-add backing': 'node',
  'blockdev-add data-file': 'node',
  'device-list-properties typename': 'device-type',
  'qom-list-properties typename': 'qom-type',
  'qom-list-types implements': 'qom-type',
  'object-del id': 'object',
  'netdev_del id': 'netdev',
  'chardev-remove id': 'chardev',
  'chardev-change id': 'chardev',
  'chardev-send-break id': 'chardev',
  'ringbuf-read device': 'chardev',
  'ringbuf-write device': 'chardev',
  'set_link name': 'netdev',
  'snapshot-load tag': 'snapshot',
  'snapshot-delete tag': 'snapshot',
  'blockdev-snapshot-delete-internal-sync name': 'snapshot',
  'snapshot-save vmstate': 'node',
  'snapshot-load vmstate': 'node',
  'blockdev-open-tray id': 'device',
  'blockdev-close-tray id': 'device',
  'blockdev-remove-medium id': 'device',
  'blockdev-insert-medium id': 'device',
  'blockdev-change-medium id': 'device',
  'eject id': 'device',
};

function byPattern(command: string, argument: string): LookupKind | undefined {
  if (command.startsWith('job-') && argument === 'id') return 'job';
  if (command.startsWith('block-job-') && argument === 'device') return 'job';
  if (command.startsWith('qom-') && argument === 'path') return 'qom-path';
  if (command.startsWith('qom-') && argument === 'property') return 'qom-property';
  if (command.startsWith('block') && (argument === 'device' || argument === 'target' || argument === 'source'))
    return 'node';
  return undefined;
}

const byArgument: Readonly<Record<string, LookupKind>> = {
  'node-name': 'node',
  node: 'node',
  'base-node': 'node',
  'top-node': 'node',
  reference: 'node',
  replaces: 'node',
  device: 'node',
  parent: 'node',
  chardev: 'chardev',
  netdev: 'netdev',
  iothread: 'object',
  memdev: 'object',
  'tls-creds': 'object',
  'tls-authz': 'object',
  'key-secret': 'object',
  'password-secret': 'object',
  'throttle-group': 'object',
  'qom-path': 'qom-path',
};

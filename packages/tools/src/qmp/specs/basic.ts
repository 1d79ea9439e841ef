import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const { json, socket, timeout } = commonOptions;
const address = { name: 'ADDRESS', summary: 'socket path or host:port', completes: 'address' } as const;

export const execSpec: CommandSpec = {
  name: 'exec',
  summary: 'execute one command and print what it returns',
  description:
    'Executes one command. Arguments are written as in qmp-shell and get their types from the schema of the server: ' +
    'key=value, nested.key=value, list=[a,b]. A command may also be one JSON object.',
  arguments: [
    address,
    { name: 'COMMAND', summary: 'the command and its key=value arguments', many: true, completes: 'live:command' },
  ],
  options: [socket, json, { flags: '--oob', summary: 'execute out-of-band' }, timeout],
  examples: [
    { line: 'qmp exec /run/vm.sock query-status', says: 'one command' },
    { line: 'qmp exec /run/vm.sock device_del id=disk0', says: 'with an argument' },
    { line: `qmp exec vm.sock '{"execute": "stop"}'`, says: 'as JSON' },
    { line: 'QMP_SOCKET=vm.sock qmp exec query-block --json', says: 'the address from the environment' },
  ],
  load: () => import('../commands/exec.js'),
};

export const eventsSpec: CommandSpec = {
  name: 'events',
  summary: 'follow events',
  description:
    'Prints events as they happen, until Ctrl-C. PATTERNS choose: JOB_*, STOP; one with a - in front hides. No server ' +
    'keeps the events that were raised before the connection; --log reads those that somebody recorded: a wire log, or ' +
    'what this command printed with --json. It ends with the file, or follows the server that --socket names.',
  arguments: [
    address,
    {
      name: 'PATTERN',
      summary: 'names of events, * for any letters',
      many: true,
      optional: true,
      completes: 'live:event',
    },
  ],
  options: [
    socket,
    json,
    { flags: '-u, --until <event>', summary: 'end after this event' },
    { flags: '-n, --count <number>', summary: 'end after so many' },
    { flags: '--log <file>', summary: 'print the events in this file; all arguments are patterns', completes: 'file' },
    { flags: '--since <time>', summary: 'with --log: those from then on, 10m (ago), 14:30 or 2026-11-28T14:30' },
    { flags: '-t, --timeout <seconds>', summary: 'end with code 4 when --until or --count is not reached in time' },
  ],
  examples: [
    { line: 'qmp events /run/vm.sock', says: 'all events' },
    { line: 'qmp events /run/vm.sock "JOB_*" --until JOB_STATUS_CHANGE --json', says: 'some, as JSON lines' },
    { line: 'qmp events /run/vm.sock --json >> events.log', says: 'keep them for later' },
    { line: 'qmp events --log events.log --since 2h', says: 'what happened in the last two hours' },
  ],
  load: () => import('../commands/events.js'),
};

export const waitSpec: CommandSpec = {
  name: 'wait',
  summary: 'wait for one event',
  description: 'Waits for an event whose data has all the members given, prints it and ends.',
  arguments: [
    address,
    { name: 'EVENT', summary: 'its name', completes: 'live:event' },
    { name: 'MEMBER', summary: 'key=value that its data must have', many: true, optional: true },
  ],
  options: [socket, json, { flags: '-t, --timeout <seconds>', summary: 'give up after this time, with code 4' }],
  examples: [
    { line: 'qmp wait /run/vm.sock SHUTDOWN -t 60', says: 'until the guest has shut down' },
    { line: 'qmp wait /run/vm.sock DEVICE_DELETED device=disk0', says: 'until this device is gone' },
  ],
  load: () => import('../commands/wait.js'),
};

export const hmpSpec: CommandSpec = {
  name: 'hmp',
  summary: 'execute one command of the human monitor',
  arguments: [address, { name: 'WORDS', summary: 'the command line', many: true, completes: 'live:human' }],
  options: [socket, json, timeout],
  examples: [{ line: 'qmp hmp /run/vm.sock info block', says: 'the block devices as the human monitor shows them' }],
  passThrough: true,
  load: () => import('../commands/hmp.js'),
};

import { type CommandSpec, commonOptions, type OptionSpec } from '../cli/command-spec.js';

const options: readonly OptionSpec[] = [
  { flags: '-H, --hmp', summary: 'talk to the human monitor' },
  { flags: '-v, --verbose', summary: 'show what is sent and received' },
  { flags: '-p, --pretty', summary: 'indent replies' },
  { flags: '-N, --skip-negotiation', summary: 'expect no greeting: for a guest agent' },
  {
    flags: '-l, --logfile <path>',
    summary: 'append everything sent and received to a file, in the form that qmp replay plays',
    completes: 'file',
  },
  { flags: '-e, --stop-on-error', summary: 'piped input: stop at the first error' },
  { flags: '--events <patterns>', summary: 'which events to show: all, off, or as in "JOB_* -STOP"' },
  { flags: '--no-reconnect', summary: 'leave when the connection is lost' },
  { flags: '--no-history', summary: 'keep no history' },
  commonOptions.json,
  commonOptions.timeout,
];

const environment: NonNullable<CommandSpec['environment']> = [
  ['QMP_SOCKET', 'the address when none is given'],
  ['NO_COLOR', 'no colours'],
  ['PAGER', 'shows what is longer than the screen'],
  ['XDG_STATE_HOME', 'where the history is kept'],
];

/** `qmp-shell`, and under another name `qmp shell`. */
export const qmpShellSpec: CommandSpec = {
  name: 'qmp-shell',
  summary: 'type QMP commands to a virtual machine',
  description:
    'On a terminal: completion of commands, arguments and values from what the server says about itself, help on ?, ' +
    'events as they happen, a history for each address. Piped: one command a line, one JSON reply a line.',
  arguments: [{ name: 'ADDRESS', summary: 'socket path or host:port', optional: true, completes: 'address' }],
  options,
  examples: [
    { line: 'qmp-shell /run/vm.sock', says: 'attach; then try: help, query-status, device_del ?' },
    { line: 'qmp-shell -H localhost:4444', says: 'the human monitor: info block, system_powerdown' },
    { line: "echo 'query-status' | qmp-shell /run/vm.sock", says: 'from a script: one JSON reply a line' },
    {
      line: 'qmp-shell -e -l wire.log vm.sock < commands.txt',
      says: 'a file of commands; keep a log; stop at an error',
    },
  ],
  environment,
  load: () => import('../shell/run.js'),
};

/** `qmp-shell-wrap`: starts QEMU and attaches to it. */
export const qmpShellWrapSpec: CommandSpec = {
  name: 'qmp-shell-wrap',
  summary: 'start QEMU and type QMP commands to it',
  description:
    'Starts the command after -- with a private monitor on an inherited socket and attaches a qmp-shell to it. ' +
    'QEMU ends when the shell does.',
  arguments: [{ name: 'COMMAND', summary: 'QEMU with its options, after --', many: true }],
  options: options.filter(({ flags }) => !/--(skip-negotiation|no-reconnect)/.test(flags)),
  examples: [
    { line: 'qmp-shell-wrap -- qemu-system-x86_64 -M none', says: 'look around in a QEMU without a machine' },
    {
      line: 'qmp-shell-wrap -l wire.log -- qemu-system-x86_64 -M q35',
      says: 'keep a log, from the greeting to the end',
    },
  ],
  environment,
  passThrough: true,
  load: () => import('../shell/run-wrapped.js'),
};

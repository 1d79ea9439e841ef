import type { HmpCommand } from './command.js';

/** Block devices. */
export const blockHumanCommands: readonly HmpCommand[] = [
  {
    names: ['eject'],
    usage: '[-f] device',
    help: 'eject a removable medium (use -f to force it)',
    parameters: [
      { name: 'f', type: 'flag' },
      { name: 'device', type: 'device' },
    ],
    complete: (_index, { block }) => block.devices.map(({ id }) => id),
    run: ({ device = '' }, { block }) => block.eject(block.find(device, undefined)),
  },
  {
    names: ['change'],
    usage: 'device filename [format [read-only-mode]]',
    help: 'change a removable medium',
    parameters: [
      { name: 'device', type: 'device' },
      { name: 'filename', type: 'filename' },
      { name: 'format', type: 'string', optional: true },
      { name: 'mode', type: 'string', optional: true },
    ],
    complete: (index, { block }) => (index === 1 ? block.devices.map(({ id }) => id) : []),
    run: ({ device = '', filename = '', mode }, { block }) => {
      const drive = block.find(device, undefined);
      return block.changeMedium(drive, filename, mode === 'read-only' || (drive.node?.spec.readOnly ?? false));
    },
  },
];

import { BlockdevChangeReadOnlyMode } from '../api/index.js';
import { MachineError } from '../machine/errors.js';
import type { HmpCommand } from './command.js';

const MODES: readonly string[] = Object.values(BlockdevChangeReadOnlyMode);

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
    run: ({ f, device = '' }, { block }) => block.eject(block.find(device, undefined), f !== undefined),
  },
  {
    names: ['change'],
    usage: 'device [-f] filename [format [read-only-mode]]',
    help: 'change a removable medium, optional format, use -f to force the operation',
    parameters: [
      { name: 'device', type: 'device' },
      { name: 'f', type: 'flag' },
      { name: 'filename', type: 'filename' },
      { name: 'format', type: 'string', optional: true },
      { name: 'mode', type: 'string', optional: true },
    ],
    complete: (index, { block }) => (index === 1 ? block.devices.map(({ id }) => id) : []),
    run: ({ device = '', f, filename = '', format = 'raw', mode = 'retain' }, { block }) => {
      if (!MODES.includes(mode)) throw new MachineError(`invalid parameter value: ${mode}`);
      if (format !== 'raw') throw new MachineError(`Unknown driver '${format}'`);
      const drive = block.find(device, undefined);
      const readOnly = mode === 'retain' ? (drive.node?.spec.readOnly ?? false) : mode === 'read-only';
      return block.changeMedium(drive, filename, readOnly, f !== undefined);
    },
  },
];

import { parseOptionList } from 'qmp/chardev';
import { addDevice, removeDevice } from '../commands/devices.js';
import type { HmpCommand } from './command.js';

/** Devices that come and go. */
export const deviceHumanCommands: readonly HmpCommand[] = [
  {
    names: ['device_add'],
    usage: 'driver[,prop=value][,...]',
    help: 'add device, like -device on the command line',
    parameters: [{ name: 'device', type: 'rest', optional: true }],
    run: ({ device = '' }, host) => addDevice(host, Object.fromEntries(parseOptionList(device, 'driver')), true),
  },
  {
    names: ['device_del'],
    usage: 'device',
    help: 'remove device',
    parameters: [{ name: 'id', type: 'string' }],
    complete: (_index, { machine: { ports } }) => [...ports].flatMap(({ id }) => (id === undefined ? [] : [id])),
    run: ({ id = '' }, host) => removeDevice(host, id),
  },
];

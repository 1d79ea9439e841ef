import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const { json, socket, timeout } = commonOptions;
const address = { name: 'ADDRESS', summary: 'socket path or host:port', completes: 'address' } as const;
const options = [socket, json, timeout];

export const screenshotSpec: CommandSpec = {
  name: 'screenshot',
  summary: 'save the screen as a PNG file',
  description:
    'Asks the server to save its screen to a file of this machine: server and tool have to share the file system.',
  arguments: [address, { name: 'FILE', summary: 'where to save it; - prints it', completes: 'file' }],
  options: [
    ...options,
    { flags: '--device <id>', summary: 'the display device, when there are several' },
    { flags: '-w, --watch', summary: 'save it again and again until Ctrl-C' },
    { flags: '-n, --interval <seconds>', summary: 'time between two saves of --watch', default: '1' },
  ],
  examples: [
    { line: 'qmp screenshot /run/vm.sock screen.png', says: 'once' },
    { line: 'qmp screenshot /run/vm.sock screen.png --watch', says: 'keep a file up to date' },
  ],
  load: () => import('../commands/screenshot.js'),
};

export const plugSpec: CommandSpec = {
  name: 'plug',
  summary: 'plug a device in',
  arguments: [
    address,
    { name: 'DRIVER', summary: 'the kind of device', completes: 'live:plug' },
    { name: 'PROPERTY', summary: 'key=value, as for -device', many: true, optional: true, completes: 'live:plug' },
  ],
  options,
  examples: [{ line: 'qmp plug /run/vm.sock virtio-blk-pci drive=data id=disk1', says: 'plug in a disk' }],
  load: () => import('../commands/plug.js'),
};

export const unplugSpec: CommandSpec = {
  name: 'unplug',
  summary: 'unplug a device and wait until the guest lets it go',
  arguments: [address, { name: 'ID', summary: 'the id, or the QOM path, of the device', completes: 'live:device' }],
  options: [socket, json, { flags: '-t, --timeout <seconds>', summary: 'how long the guest may take', default: '30' }],
  examples: [{ line: 'qmp unplug /run/vm.sock disk1', says: 'unplug a disk' }],
  load: () => import('../commands/unplug.js'),
};

const blockListSpec: CommandSpec = {
  name: 'ls',
  summary: 'list disks and media',
  arguments: [address],
  options,
  examples: [{ line: 'qmp block ls /run/vm.sock', says: 'drives with their images and sizes' }],
  load: () => import('../commands/block-list.js'),
};

const ejectSpec: CommandSpec = {
  name: 'eject',
  summary: 'take the medium out of a drive',
  arguments: [address, { name: 'DEVICE', summary: 'the drive, by id or name', completes: 'live:drive' }],
  options: [...options, { flags: '-f, --force', summary: 'although the guest has locked the tray' }],
  examples: [{ line: 'qmp block eject /run/vm.sock cd0', says: 'eject a CD' }],
  load: () => import('../commands/block-eject.js'),
};

const changeSpec: CommandSpec = {
  name: 'change',
  summary: 'put another medium into a drive',
  arguments: [
    address,
    { name: 'DEVICE', summary: 'the drive, by id or name', completes: 'live:drive' },
    { name: 'FILE', summary: 'the image', completes: 'file' },
  ],
  options: [
    ...options,
    { flags: '-f, --force', summary: 'although the guest has locked the tray' },
    { flags: '--format <format>', summary: 'the format of the image, when it shall not be guessed' },
    { flags: '--read-only', summary: 'whatever the drive was before' },
  ],
  examples: [{ line: 'qmp block change /run/vm.sock cd0 debian.iso', says: 'insert a CD' }],
  load: () => import('../commands/block-change.js'),
};

export const blockCommands: readonly CommandSpec[] = [blockListSpec, ejectSpec, changeSpec];

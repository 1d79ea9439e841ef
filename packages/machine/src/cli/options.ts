/** One option of the command line. */
export interface OptionDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows it; absent for an option without argument. */
  readonly argument?: string;
  readonly help: string;
  readonly group: string;
}

const STANDARD = 'Standard options';
const BLOCK = 'Block devices';
const BOOT = 'Booting';
const NETWORK = 'Network';
const DEVICE = 'Devices';
const OBJECTS = 'Objects and configuration files';
const CHARACTER = 'Character devices';
const DEBUG = 'Debug and expert options';

/** Every option, in the order of the help. Names and meanings are QEMU's. */
export const OPTIONS: readonly OptionDefinition[] = [
  { name: 'help', aliases: ['h'], group: STANDARD, help: 'show this help' },
  { name: 'version', group: STANDARD, help: 'show the version' },
  {
    name: 'list-differences',
    group: STANDARD,
    help: 'tell what QEMU 7.2 has in its monitor that this machine has not',
  },
  {
    name: 'm',
    argument: '[size=]MEGS',
    group: STANDARD,
    help: 'memory, in MiB or with a suffix: 64, 128M, 1G (default 128M)',
  },
  {
    name: 'machine',
    aliases: ['M'],
    argument: '[type=]pc',
    group: STANDARD,
    help: 'the machine: there is only the PC',
  },
  { name: 'smp', argument: '[cpus=]1', group: STANDARD, help: 'processors: there is one' },
  { name: 'name', argument: 'NAME', group: STANDARD, help: 'name of the machine, shown by query-name' },
  { name: 'uuid', argument: 'UUID', group: STANDARD, help: 'UUID of the machine, shown by query-uuid' },
  { name: 'accel', argument: 'tcg', group: STANDARD, help: 'how instructions are carried out: there is only tcg' },
  { name: 'vga', argument: 'std', group: STANDARD, help: 'the video card: there is only std' },
  { name: 'display', argument: 'none', group: STANDARD, help: 'there is no window; take pictures with screendump' },
  {
    name: 'nographic',
    group: STANDARD,
    help: 'serial port and human monitor on this terminal; Ctrl-A h tells its keys',
  },
  { name: 'hda', argument: 'FILE', group: BLOCK, help: 'first hard disk, a raw image; also a word without a dash' },
  { name: 'hdb', argument: 'FILE', group: BLOCK, help: 'second hard disk' },
  { name: 'cdrom', argument: 'FILE', group: BLOCK, help: 'CD-ROM, an ISO image' },
  { name: 'fda', argument: 'FILE', group: BLOCK, help: 'first floppy' },
  { name: 'fdb', argument: 'FILE', group: BLOCK, help: 'second floppy' },
  {
    name: 'drive',
    argument:
      'file=FILE[,if=ide|floppy][,index=N][,media=disk|cdrom][,readonly=on][,snapshot=on][,id=ID][,node-name=NAME][,werror=ACTION][,rerror=ACTION]',
    group: BLOCK,
    help: 'a drive',
  },
  { name: 'snapshot', group: BLOCK, help: 'what is written to disks is forgotten at the end' },
  {
    name: 'boot',
    argument: '[order=]LETTERS',
    group: BOOT,
    help: 'boot from a floppy (a), hard disk (c) or CD-ROM (d); default: the first that can be booted from',
  },
  {
    name: 'bios',
    argument: 'FILE',
    group: BOOT,
    help: 'a BIOS from elsewhere, such as SeaBIOS, with vgabios-stdvga.bin beside it',
  },
  {
    name: 'L',
    argument: 'DIR',
    group: BOOT,
    help: 'look for BIOS images in DIR first, and start its bios.bin; may be given several times',
  },
  { name: 'kernel', argument: 'FILE', group: BOOT, help: 'start a Linux kernel (bzImage) or a multiboot kernel' },
  {
    name: 'initrd',
    argument: 'FILE',
    group: BOOT,
    help: 'initial RAM disk of Linux, or the modules of a multiboot kernel',
  },
  { name: 'append', argument: 'TEXT', group: BOOT, help: 'command line of the kernel' },
  {
    name: 'incoming',
    argument: 'tcp:HOST:PORT|unix:PATH|exec:COMMAND|fd:N|file:PATH|defer',
    group: BOOT,
    help: 'wait for the state that migrate sends; defer: until migrate-incoming says where',
  },
  {
    name: 'nic',
    argument: 'none|user[,model=MODEL][,mac=MAC][,NETWORK OPTIONS]',
    group: NETWORK,
    help: 'the network card and its network, or none; models: ne2k_pci, virtio-net-pci',
  },
  {
    name: 'netdev',
    argument: 'user,id=ID[,net=ADDR/24][,host=ADDR][,dhcpstart=ADDR][,restrict=on|off][,hostfwd=tcp:ADDR:PORT-:PORT]',
    group: NETWORK,
    help: 'a network for a card; restrict=off lets the guest reach what this computer reaches (default: on)',
  },
  { name: 'net', argument: 'none|user', group: NETWORK, help: 'as -nic' },
  {
    name: 'device',
    argument: 'MODEL[,NAME=VALUE,…]',
    group: DEVICE,
    help: 'ne2k_pci, virtio-net-pci; virtio-serial-pci with virtserialport and virtconsole; isa-debug-exit',
  },
  {
    name: 'chardev',
    argument: 'BACKEND,id=ID[,…]',
    group: CHARACTER,
    help: 'make a chardev: socket, stdio, file, pipe, pty, ringbuf, null',
  },
  { name: 'serial', argument: 'DEV', group: CHARACTER, help: 'connect a serial port; may be given four times' },
  { name: 'monitor', argument: 'DEV', group: CHARACTER, help: 'human monitor on DEV' },
  {
    name: 'qmp',
    argument: 'DEV',
    group: CHARACTER,
    help: 'QMP on DEV: tcp:HOST:PORT,server=on,wait=off or unix:PATH,…',
  },
  { name: 'qmp-pretty', argument: 'DEV', group: CHARACTER, help: 'QMP on DEV, indented' },
  {
    name: 'mon',
    argument: '[chardev=]ID[,mode=control|readline][,pretty=on]',
    group: CHARACTER,
    help: 'monitor on the chardev ID',
  },
  {
    name: 'compat',
    argument: '[deprecated-input=accept|reject|crash][,deprecated-output=accept|hide][,unstable-…]',
    group: DEBUG,
    help: 'what to do with deprecated and unstable interfaces',
  },
  { name: 'preconfig', group: DEBUG, help: 'wait for x-exit-preconfig before the machine is there' },
  {
    name: 'object',
    argument: 'TYPE,id=ID[,…]',
    group: OBJECTS,
    help: 'make an object: secret, or monitor-qmp,chardev=ID; also as JSON, as -device and -netdev',
  },
  {
    name: 'readconfig',
    argument: 'FILE',
    group: OBJECTS,
    help: 'read options from a file of groups such as [chardev "c0"]',
  },
  { name: 'nodefaults', group: OBJECTS, help: 'no network card unless an option asks for it' },
  { name: 'no-user-config', group: OBJECTS, help: 'for compatibility: no configuration of the user is ever read' },
  { name: 'pidfile', argument: 'FILE', group: DEBUG, help: 'write the number of this process to FILE' },
  { name: 'S', group: DEBUG, help: 'do not start the processor; cont does' },
  { name: 'no-reboot', group: DEBUG, help: 'exit instead of rebooting' },
  { name: 'no-shutdown', group: DEBUG, help: 'stop instead of exiting when the guest turns itself off' },
  {
    name: 'action',
    argument: 'reboot|shutdown|panic|watchdog=ACTION',
    group: DEBUG,
    help: 'what to do when one of these happens',
  },
  {
    name: 'watchdog-action',
    argument: 'ACTION',
    group: DEBUG,
    help: 'reset, shutdown, poweroff, pause, debug, none or inject-nmi',
  },
];

export function findOption(name: string): OptionDefinition | undefined {
  return OPTIONS.find((option) => option.name === name || option.aliases?.includes(name));
}

/** The text of `-help`. */
export function helpText(program: string): string {
  const lines = [`usage: ${program} [options] [disk_image]`, ''];
  for (const group of new Set(OPTIONS.map((option) => option.group))) {
    lines.push(`${group}:`);
    for (const option of OPTIONS.filter((candidate) => candidate.group === group)) lines.push(helpEntry(option));
    lines.push('');
  }
  lines.push('Options may be written with one dash or two. Try:');
  lines.push(`  ${program} -monitor stdio -qmp tcp:localhost:4444,server=on,wait=off`);
  return `${lines.join('\n')}\n`;
}

function helpEntry({ name, aliases = [], argument, help }: OptionDefinition): string {
  const usage =
    [...aliases, name].map((word) => `-${word}`).join(' or ') + (argument === undefined ? '' : ` ${argument}`);
  return usage.length < 16 ? `${usage.padEnd(16)}${help}` : `${usage}\n${' '.repeat(16)}${help}`;
}

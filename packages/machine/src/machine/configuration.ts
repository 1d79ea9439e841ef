import type { EmulatorOptions } from '../emulator/options.js';

/** Which machine it is, part by part: the state of another one fits only when it is alike. */
export type Configuration = Readonly<Record<string, string | number>>;

export function configurationOf(options: EmulatorOptions): Configuration {
  const { memory, serialPorts, media, nic, virtioSerial = false } = options;
  const disks = (['hda', 'hdb', 'fda', 'fdb'] as const).filter((slot) => media[slot] !== undefined);
  return {
    'pc.ram': memory,
    'serial ports': serialPorts,
    disks: disks.join(' ') || 'none',
    'network card': nic?.model ?? 'none',
    'virtio serial': virtioSerial ? 'yes' : 'none',
  };
}

import type { V86Internals } from './internals.js';

/** Saves everything but the disks' contents. */
export async function saveState(internals: V86Internals): Promise<Uint8Array> {
  return new Uint8Array(await internals.save_state());
}

/** Puts the machine where {@link saveState} saw it. The machine must have the same parts. */
export async function restoreState(internals: V86Internals, state: Uint8Array): Promise<void> {
  repairBars(internals);
  const copy = state.slice();
  await internals.restore_state(copy.buffer);
}

/**
 * v86 0.5.462 cannot restore a state in which a base address register is set whose device has no such region: no
 * firmware has cleared it.
 */
export function repairBars(internals: V86Internals): void {
  const { pci } = internals.v86.cpu.devices;
  for (const [bdf, device] of pci.devices.entries()) {
    const space = pci.device_spaces[bdf];
    if (device === undefined || space === undefined) continue;
    for (let bar = 0; bar < device.pci_bars.length; bar++)
      if (device.pci_bars[bar] === undefined && (space[4 + bar] ?? 0) & 1) space[4 + bar] = 0;
  }
}

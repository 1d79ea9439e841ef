import type { V86Devices } from './internals.js';

const START_STOP_UNIT = 0x1b;
const LOAD_OR_EJECT = 2;

/**
 * Tells when the guest opens or closes the tray of its CD-ROM drive. v86 does not carry out the command, so the caller
 * does.
 */
export function watchTray(devices: V86Devices, tell: (open: boolean) => void): void {
  const { cdrom } = devices;
  if (cdrom === undefined) return;
  const prototype: unknown = Object.getPrototypeOf(cdrom);
  if (typeof prototype !== 'object' || prototype === null) return;
  const handle: unknown = Reflect.get(prototype, 'atapi_handle');
  if (typeof handle !== 'function') return;
  Reflect.set(prototype, 'atapi_handle', function (this: { data: Uint8Array }) {
    const [command, , , , how = 0] = this.data;
    if (this === cdrom && command === START_STOP_UNIT && how & LOAD_OR_EJECT) tell(!(how & 1));
    return handle.call(this);
  });
}

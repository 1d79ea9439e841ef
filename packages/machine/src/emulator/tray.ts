import type { V86Devices, V86Drive } from './internals.js';

const START_STOP_UNIT = 0x1b;
const LOAD_OR_EJECT = 2;
const LOAD = 1;
const PREVENT_ALLOW_MEDIUM_REMOVAL = 0x1e;
const PREVENT = 1;
const ERROR = 1;
const NOT_READY = 2;
const REMOVAL_PREVENTED = 0x53;

/** What a guest does with the tray of its CD-ROM drive. */
export interface TrayListener {
  moved(open: boolean): void;
  /** The guest keeps it shut, or does so no longer. */
  locked(locked: boolean): void;
}

/** The tray of a CD-ROM drive, as its guest uses it. */
export interface Tray {
  /** A reset of the machine unlocks it. */
  reset(): void;
}

/**
 * Tells when the guest opens, closes or locks the tray of its CD-ROM drive. v86 carries out none of it, so the caller
 * does; a guest that opens what it has locked is told that it cannot.
 */
export function watchTray({ cdrom }: V86Devices, listener: TrayListener): Tray {
  let locked = false;
  const lock = (on: boolean) => {
    if (on === locked) return;
    locked = on;
    listener.locked(on);
  };
  const prototype: V86Drive | undefined = cdrom && Object.getPrototypeOf(cdrom);
  if (prototype === undefined) return { reset() {} };
  const { atapi_handle: handle } = prototype;
  prototype.atapi_handle = function (this: V86Drive) {
    const [command, , , , how = 0] = this.data;
    if (this === cdrom && command === START_STOP_UNIT && how & LOAD_OR_EJECT) {
      if (locked && !(how & LOAD)) {
        this.atapi_check_condition_response(NOT_READY, REMOVAL_PREVENTED);
        this.push_irq();
        return;
      }
      listener.moved(!(how & LOAD));
    }
    handle.call(this);
    // After a change of the medium the drive tells of that first, and does nothing else.
    const done = !(this.status_reg & ERROR);
    if (this === cdrom && command === PREVENT_ALLOW_MEDIUM_REMOVAL && done) lock((how & PREVENT) !== 0);
  };
  return { reset: () => lock(false) };
}

import type { BlockDeviceIoStatus } from '../api/index.js';
import { problemOf } from '../commands/files.js';
import type { DiskFailure, ErrorPolicies } from '../emulator/drive-buffer.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { MediumSpec } from '../emulator/image.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { type BlockNode, BlockNodes } from './nodes.js';

/** What a drive is made with. */
export interface DriveSpec extends MediumSpec {
  /** Its name for commands. @default QEMU's, such as `ide0-hd0` */
  readonly id?: string;
  /** Name of its block node. @default made up */
  readonly nodeName?: string;
  /** What happens when its requests fail. @default QEMU's: reading is reported, writing stops when the disk is full */
  readonly errors?: ErrorPolicies;
}

/** A drive of the machine. */
export interface BlockDevice {
  readonly id: string;
  readonly slot: DriveSlot;
  /** Where it hangs in the object tree. */
  readonly path: string;
  readonly removable: boolean;
  /** Undefined for a drive without a tray. */
  trayOpen: boolean | undefined;
  node: BlockNode | undefined;
  /** Whether the guest keeps its tray shut. */
  locked: boolean;
  /** How its last requests went; undefined when it never stops on errors. */
  ioStatus: BlockDeviceIoStatus | undefined;
}

/** The drives of a PC, in QEMU's order and with QEMU's names; hard disks exist only when they have an image. */
const DRIVES: readonly (readonly [slot: DriveSlot, id: string, removable: boolean, tray: boolean, always: boolean])[] =
  [
    ['hda', 'ide0-hd0', false, false, false],
    ['hdb', 'ide0-hd1', false, false, false],
    ['cdrom', 'ide1-cd0', true, true, true],
    ['fda', 'floppy0', true, false, true],
    ['fdb', 'floppy1', true, false, false],
  ];

const FIRST_PATH = 20;

/** The block devices of a machine, their media and trays. */
export class BlockDevices {
  readonly #machine: Machine;
  readonly #devices: BlockDevice[] = [];
  readonly nodes: BlockNodes = new BlockNodes((node) => this.#devices.some((drive) => drive.node === node));

  constructor(machine: Machine, media: Partial<Record<DriveSlot, DriveSpec>>) {
    this.#machine = machine;
    for (const [slot, id, removable, tray, always] of DRIVES) {
      const spec = media[slot];
      if (spec === undefined && !always) continue;
      const path = `/machine/unattached/device[${FIRST_PATH + this.#devices.length}]`;
      const drive: BlockDevice = {
        id: spec?.id ?? id,
        slot,
        path,
        removable,
        trayOpen: tray ? false : undefined,
        node: undefined,
        locked: false,
        ioStatus: canStop(slot, spec?.errors) ? 'ok' : undefined,
      };
      this.#devices.push(drive);
      if (spec !== undefined) drive.node = this.nodes.openMedium(mediumOf(spec), spec.nodeName);
    }
    machine.onTray(
      (open) => this.#guestMovedTray(open),
      (locked) => this.#guestLockedTray(locked),
    );
    machine.onDiskFailure((slot, failure) => this.#failed(slot, failure));
    machine.onEvent(({ name }) => {
      if (name === 'RESUME') this.#forgetFailures();
    });
  }

  get devices(): readonly BlockDevice[] {
    return this.#devices;
  }

  /**
   * Finds a drive as commands name it: by its name, or by its path in the object tree.
   *
   * @throws {MachineError} when there is none, or not exactly one name is given.
   */
  find(device: string | undefined, path: string | undefined): BlockDevice {
    if ((device === undefined) === (path === undefined))
      throw new MachineError("Need exactly one of 'device' and 'id'");
    const found = this.#devices.find((drive) => drive.id === device || drive.path === path);
    if (found === undefined) throw new MachineError(`Device '${device ?? path}' not found`, 'DeviceNotFound');
    return found;
  }

  /** Opens the tray; the guest has no medium any more. */
  async openTray(drive: BlockDevice): Promise<void> {
    this.#needRemovable(drive);
    if (drive.trayOpen !== false) return;
    if (drive.node !== undefined) await this.#machine.emulator.removeMedium(drive.slot);
    this.#moveTray(drive, true);
  }

  /** Closes the tray; the guest gets what is in it. */
  async closeTray(drive: BlockDevice): Promise<void> {
    this.#needRemovable(drive);
    if (drive.trayOpen !== true) return;
    if (drive.node !== undefined) await this.#machine.emulator.insertMedium(drive.slot, drive.node.spec);
    this.#moveTray(drive, false);
  }

  /** Takes the medium out. The tray, if there is one, must be open. */
  async removeMedium(drive: BlockDevice): Promise<void> {
    this.#needRemovable(drive);
    if (drive.trayOpen === false) throw new MachineError(`Tray of device '${drive.id}' is not open`);
    if (drive.node !== undefined && drive.trayOpen === undefined) await this.#machine.emulator.removeMedium(drive.slot);
    const { node } = drive;
    drive.node = undefined;
    if (node !== undefined) this.nodes.release(node);
  }

  /** Puts a node in. The tray, if there is one, must be open, and nothing be in it. */
  async insertMedium(drive: BlockDevice, nodeName: string): Promise<void> {
    this.#needRemovable(drive);
    const node = this.nodes.find(nodeName);
    if (node === undefined) throw new MachineError(`Node '${nodeName}' not found`);
    if (drive.trayOpen === false) throw new MachineError(`Tray of device '${drive.id}' is not open`);
    if (drive.node !== undefined) throw new MachineError(`There already is a medium in device '${drive.id}'`);
    if (this.#devices.some((other) => other.node === node))
      throw new MachineError(`Node '${nodeName}' is already in use`);
    drive.node = node;
    if (drive.trayOpen === undefined) await this.#machine.emulator.insertMedium(drive.slot, node.spec);
  }

  /**
   * Opens the tray for a command that only opens it: one that the guest keeps shut stays so, without an error, as in
   * QEMU.
   *
   * @param force open it all the same.
   */
  async askToOpenTray(drive: BlockDevice, force: boolean): Promise<void> {
    this.#needRemovable(drive);
    if (!drive.locked || force) await this.openTray(drive);
  }

  /**
   * Opens the tray and takes the medium out.
   *
   * @param force even when the guest keeps the tray shut.
   */
  async eject(drive: BlockDevice, force: boolean): Promise<void> {
    this.#needRemovable(drive);
    this.#needUnlocked(drive, force);
    await this.openTray(drive);
    await this.removeMedium(drive);
  }

  /** Replaces the medium by another image. */
  async changeMedium(drive: BlockDevice, file: string, readOnly: boolean, force: boolean): Promise<void> {
    this.#needRemovable(drive);
    const node = this.nodes.openMedium({ file, readOnly: readOnly || drive.slot === 'cdrom', snapshot: false });
    try {
      this.#needUnlocked(drive, force);
      await this.openTray(drive);
      await this.removeMedium(drive);
    } catch (error) {
      this.nodes.release(node);
      throw error;
    }
    drive.node = node;
    if (drive.trayOpen === undefined) await this.#machine.emulator.insertMedium(drive.slot, node.spec);
    else await this.closeTray(drive);
  }

  /** The first drive whose contents a snapshot cannot hold. */
  get unsnapshotable(): BlockDevice | undefined {
    return this.#devices.find(({ node }) => node !== undefined && !node.spec.readOnly && !node.spec.snapshot);
  }

  #needRemovable(drive: BlockDevice): void {
    if (!drive.removable) throw new MachineError(`Device '${drive.id}' is not removable`);
  }

  #needUnlocked(drive: BlockDevice, force: boolean): void {
    if (drive.locked && drive.trayOpen === false && !force)
      throw new MachineError(
        `Device '${drive.id}' is locked and force was not specified, wait for tray to open and try again`,
      );
  }

  #moveTray(drive: BlockDevice, open: boolean): void {
    drive.trayOpen = open;
    this.#machine.emit('DEVICE_TRAY_MOVED', { device: drive.id, id: drive.path, 'tray-open': open });
  }

  #failed(slot: DriveSlot, { operation, code, message, action }: DiskFailure): void {
    const drive = this.#devices.find((candidate) => candidate.slot === slot);
    if (drive === undefined) return;
    const nospace = code === 'ENOSPC';
    if (action === 'stop' && drive.ioStatus === 'ok') drive.ioStatus = nospace ? 'nospace' : 'failed';
    this.#machine.emit('BLOCK_IO_ERROR', {
      device: drive.id,
      ...(drive.node === undefined ? {} : { 'node-name': drive.node.name }),
      operation,
      action,
      ...(drive.ioStatus === undefined ? {} : { nospace }),
      reason: problemOf(code) ?? message,
    });
  }

  /** The machine goes on, and what failed is tried again. */
  #forgetFailures(): void {
    for (const drive of this.#devices) if (drive.ioStatus !== undefined) drive.ioStatus = 'ok';
  }

  #guestLockedTray(locked: boolean): void {
    for (const drive of this.#devices) if (drive.slot === 'cdrom') drive.locked = locked;
  }

  #guestMovedTray(open: boolean): void {
    const drive = this.#devices.find(({ slot }) => slot === 'cdrom');
    if (drive === undefined) return;
    const work = open ? this.openTray(drive) : this.closeTray(drive);
    work.catch(() => {});
  }
}

/** Whether the machine may stop because a request fails. QEMU tells of no status of floppy drives. */
function canStop(slot: DriveSlot, errors: ErrorPolicies | undefined): boolean {
  if (slot === 'fda' || slot === 'fdb') return false;
  return errors === undefined || errors.read === 'stop' || errors.write === 'stop' || errors.write === 'enospc';
}

function mediumOf({ id: _id, nodeName: _nodeName, errors: _errors, ...medium }: DriveSpec): MediumSpec {
  return medium;
}

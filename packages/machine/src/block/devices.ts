import { statSync } from 'node:fs';
import { fileProblem } from '../commands/files.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { MediumSpec } from '../emulator/image.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';

/** An open image. */
export interface BlockNode {
  readonly name: string;
  readonly spec: MediumSpec;
  /** Bytes. */
  readonly size: number;
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
  readonly #nodes = new Map<string, BlockNode>();
  #nextNode = 100;

  constructor(machine: Machine, media: Partial<Record<DriveSlot, MediumSpec>>) {
    this.#machine = machine;
    for (const [slot, id, removable, tray, always] of DRIVES) {
      const spec = media[slot];
      if (spec === undefined && !always) continue;
      const path = `/machine/unattached/device[${FIRST_PATH + this.#devices.length}]`;
      const node = spec === undefined ? undefined : this.#openNode(spec);
      this.#devices.push({ id, slot, path, removable, trayOpen: tray ? false : undefined, node });
    }
    machine.onTray((open) => this.#guestMovedTray(open));
  }

  get devices(): readonly BlockDevice[] {
    return this.#devices;
  }

  /** Every open image, in drives or not. */
  get nodes(): readonly BlockNode[] {
    const used = this.#devices.flatMap(({ node }) => (node === undefined ? [] : [node]));
    return [...new Set([...used, ...this.#nodes.values()])];
  }

  /**
   * Finds a drive as commands name it.
   *
   * @throws {MachineError} when there is none, or not exactly one name is given.
   */
  find(device: string | undefined, path: string | undefined): BlockDevice {
    if ((device === undefined) === (path === undefined))
      throw new MachineError("Need exactly one of 'device' and 'id'");
    const found = this.#devices.find((drive) => drive.id === device || drive.path === path || drive.id === path);
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
    drive.node = undefined;
  }

  /** Puts a node in. The tray, if there is one, must be open, and nothing be in it. */
  async insertMedium(drive: BlockDevice, nodeName: string): Promise<void> {
    this.#needRemovable(drive);
    const node = this.#nodes.get(nodeName);
    if (node === undefined) throw new MachineError(`Node '${nodeName}' not found`);
    if (drive.trayOpen === false) throw new MachineError(`Tray of device '${drive.id}' is not open`);
    if (drive.node !== undefined) throw new MachineError(`There already is a medium in device '${drive.id}'`);
    if (this.#devices.some((other) => other.node === node))
      throw new MachineError(`Node '${nodeName}' is already in use`);
    drive.node = node;
    if (drive.trayOpen === undefined) await this.#machine.emulator.insertMedium(drive.slot, node.spec);
  }

  /** Opens the tray and takes the medium out. */
  async eject(drive: BlockDevice): Promise<void> {
    this.#needRemovable(drive);
    await this.openTray(drive);
    await this.removeMedium(drive);
  }

  /** Replaces the medium by another image. */
  async changeMedium(drive: BlockDevice, file: string, readOnly: boolean): Promise<void> {
    this.#needRemovable(drive);
    const node = this.#openNode({ file, readOnly: readOnly || drive.slot === 'cdrom', snapshot: false });
    await this.openTray(drive);
    await this.removeMedium(drive);
    drive.node = node;
    if (drive.trayOpen === undefined) await this.#machine.emulator.insertMedium(drive.slot, node.spec);
    else await this.closeTray(drive);
  }

  /** Opens an image under a name. */
  add(name: string, spec: MediumSpec): void {
    if (this.#nodes.has(name)) throw new MachineError(`Duplicate nodes with node-name='${name}'`);
    this.#nodes.set(name, { ...this.#openNode(spec), name });
  }

  /** Forgets an image that no drive uses. */
  remove(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new MachineError(`Failed to find node with node-name='${name}'`);
    if (this.#devices.some((drive) => drive.node === node)) throw new MachineError(`Node ${name} is in use`);
    this.#nodes.delete(name);
  }

  /** The first drive whose contents a snapshot cannot hold. */
  get unsnapshotable(): BlockDevice | undefined {
    return this.#devices.find(({ node }) => node !== undefined && !node.spec.readOnly && !node.spec.snapshot);
  }

  #openNode(spec: MediumSpec): BlockNode {
    const name = `#block${this.#nextNode++}`;
    try {
      return { name, spec, size: statSync(spec.file).size };
    } catch (error) {
      throw new MachineError(`Could not open '${spec.file}': ${fileProblem(error)}`);
    }
  }

  #needRemovable(drive: BlockDevice): void {
    if (!drive.removable) throw new MachineError(`Device '${drive.id}' is not removable`);
  }

  #moveTray(drive: BlockDevice, open: boolean): void {
    drive.trayOpen = open;
    this.#machine.emit('DEVICE_TRAY_MOVED', { device: drive.id, id: drive.path, 'tray-open': open });
  }

  #guestMovedTray(open: boolean): void {
    const drive = this.#devices.find(({ slot }) => slot === 'cdrom');
    if (drive === undefined) return;
    const work = open ? this.openTray(drive) : this.closeTray(drive);
    work.catch(() => {});
  }
}

import { statSync } from 'node:fs';
import type { BlockdevDriver, BlockdevOptions, BlockdevRef } from '../api/index.js';
import { fileProblem } from '../commands/files.js';
import type { MediumSpec } from '../emulator/image.js';
import { MachineError } from '../machine/errors.js';
import { faultsOf, joinFaults, readFaultFile } from './faults.js';

/** An open image, or a layer over one. */
export interface BlockNode {
  readonly name: string;
  readonly driver: BlockdevDriver;
  /** What an emulator opens. */
  readonly spec: MediumSpec;
  /** Bytes. */
  readonly size: number;
  /** Bytes on the host's disk, for a node over a file. */
  readonly allocated: number | undefined;
  /** The node below. */
  readonly child: BlockNode | undefined;
  /** Whether a command made it under its name; the others go when nobody needs them any more. */
  readonly owned: boolean;
}

const NULL_SIZE = 1 << 30;
const BLOCK = 512;
const NAME = /^[A-Za-z][\w.-]*$/;

/** The block nodes of a machine. */
export class BlockNodes {
  /** The oldest one first. */
  readonly #nodes: BlockNode[] = [];
  readonly #inDrive: (node: BlockNode) => boolean;
  #next = 100;

  /** @param inDrive whether a node is in a drive. */
  constructor(inDrive: (node: BlockNode) => boolean) {
    this.#inDrive = inDrive;
  }

  /** Every node, the newest one first. */
  get all(): readonly BlockNode[] {
    return this.#nodes.toReversed();
  }

  find(name: string): BlockNode | undefined {
    return this.#nodes.find((node) => node.name === name);
  }

  /**
   * Opens what a drive is made with: a raw image in a file, or over faults in one.
   *
   * @throws {MachineError} when the file cannot be opened.
   */
  openMedium(spec: MediumSpec, name?: string): BlockNode {
    if (name !== undefined) this.#checkName(name);
    const { faults = [], ...file } = spec;
    const below = this.#whole(() => {
      const layers = faults.map(() => this.#name());
      const node = this.#add(this.#file({ ...file, snapshot: false }), undefined, false);
      return layers.reduce<BlockNode>((child, name, index) => {
        const layer = { ...child.spec, faults: faults.slice(0, index + 1), ...labelOf(spec) };
        return this.#add(
          { driver: 'blkdebug', spec: layer, size: child.size, allocated: undefined, child },
          name,
          false,
        );
      }, node);
    });
    return this.#add({ ...below, driver: 'raw', spec, child: below }, name, false);
  }

  /**
   * Opens a node under a name (`blockdev-add`).
   *
   * @throws {MachineError} when it cannot, or the name is none.
   */
  add(options: BlockdevOptions): void {
    const name = options['node-name'];
    if (name === undefined) throw new MachineError("'node-name' must be specified for the root node");
    this.#whole(() => this.#open(options, options['read-only'] ?? false));
  }

  /**
   * Closes a node (`blockdev-del`).
   *
   * @throws {MachineError} when there is none of that name, or something needs it.
   */
  remove(name: string): void {
    const node = this.find(name);
    if (node === undefined) throw new MachineError(`Failed to find node with node-name='${name}'`);
    if (this.#inDrive(node)) throw new MachineError(`Node ${name} is in use`);
    if (!node.owned) throw new MachineError(`Node ${name} is not owned by the monitor`);
    if (this.#parentOf(node) !== undefined) throw new MachineError(`Block device ${name} is in use`);
    this.#close(node);
  }

  /** Closes a node that came with a medium, when nothing needs it any more. */
  release(node: BlockNode): void {
    if (node.owned || this.#inDrive(node) || this.#parentOf(node) !== undefined) return;
    this.#close(node);
  }

  #close(node: BlockNode): void {
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    if (node.child !== undefined) this.release(node.child);
  }

  #parentOf(node: BlockNode): BlockNode | undefined {
    return this.#nodes.find(({ child }) => child === node);
  }

  /** When opening a node fails, those below it go too. */
  #whole<T>(open: () => T): T {
    const before = this.#nodes.length;
    try {
      return open();
    } catch (error) {
      this.#nodes.length = before;
      throw error;
    }
  }

  #open(options: BlockdevOptions, readOnly: boolean, owned = true): BlockNode {
    const name = options['node-name'];
    if (name !== undefined) this.#checkName(name);
    switch (options.driver) {
      case 'file':
        if (options.locking === 'on') throw new MachineError('File lock requested but this machine cannot lock files');
        return this.#add(this.#file({ file: options.filename, readOnly, snapshot: false }), name, owned);
      case 'null-co': {
        const size = Number(options.size ?? NULL_SIZE);
        const spec = { file: 'null-co://', zeros: size, readOnly, snapshot: false };
        return this.#add({ driver: 'null-co', spec, size, allocated: 0, child: undefined }, name, owned);
      }
      case 'raw': {
        const child = this.#below(options.file, readOnly);
        return this.#add({ ...child, driver: 'raw', spec: { ...child.spec, readOnly }, child }, name, owned);
      }
      case 'blkdebug': {
        const own = name ?? this.#name();
        const child = this.#below(options.image, readOnly);
        const rules = faultsOf(options['inject-error'], options['set-state']);
        const faults = options.config === undefined ? rules : joinFaults(readFaultFile(options.config), rules);
        const label = `blkdebug:${options.config ?? ''}:${child.spec.label ?? child.spec.file}`;
        const spec = { ...child.spec, readOnly, faults: [...(child.spec.faults ?? []), faults], label };
        return this.#add({ driver: 'blkdebug', spec, size: child.size, allocated: undefined, child }, own, owned);
      }
      default:
        return options satisfies never;
    }
  }

  #below(reference: BlockdevRef, readOnly: boolean): BlockNode {
    if (typeof reference !== 'string') return this.#open(reference, reference['read-only'] ?? readOnly, false);
    const node = this.find(reference);
    if (node === undefined)
      throw new MachineError(
        reference === ''
          ? "Cannot find device='' nor node-name=''"
          : `Cannot find device='${reference}' nor node-name='${reference}'`,
      );
    if (node.spec.readOnly && !readOnly) throw new MachineError('Block node is read-only');
    return node;
  }

  #checkName(name: string): void {
    if (!NAME.test(name)) throw new MachineError(`Invalid node-name: '${name}'`);
    if (this.find(name) !== undefined) throw new MachineError(`Duplicate nodes with node-name='${name}'`);
  }

  #file(spec: MediumSpec): Omit<BlockNode, 'name' | 'owned'> {
    try {
      const { size, blocks } = statSync(spec.file);
      return { driver: 'file', spec, size, allocated: blocks * BLOCK, child: undefined };
    } catch (error) {
      throw new MachineError(`Could not open '${spec.file}': ${fileProblem(error)}`);
    }
  }

  #add(node: Omit<BlockNode, 'name' | 'owned'>, name: string | undefined, owned: boolean): BlockNode {
    const made = { ...node, name: name ?? this.#name(), owned };
    this.#nodes.push(made);
    return made;
  }

  #name(): string {
    return `#block${this.#next++}`;
  }
}

function labelOf({ label }: MediumSpec): { label?: string } {
  return label === undefined ? {} : { label };
}

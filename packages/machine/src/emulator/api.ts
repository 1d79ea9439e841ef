import { balloonSize, balloonStats, setBalloon } from './balloon.js';
import type { DriveCounters } from './drive-buffer.js';
import type { DriveSlot, MediumInfo } from './drives.js';
import { Emulator, type EmulatorPlatform } from './emulator.js';
import type { EmulatorEvent } from './events.js';
import type { MediumSpec } from './image.js';
import { readPhysical, readVirtual, translate } from './memory.js';
import { loadDevices, loadPages, MemoryCopy, type PageBatch, saveDevices } from './memory-copy.js';
import type { NicState } from './network/nic.js';
import { injectNmi } from './nmi.js';
import type { EmulatorOptions } from './options.js';
import { listPages, type PageEntry } from './paging.js';
import { type PciFunction, readPci } from './pci.js';
import { type PointerInput, sendPointer } from './pointer.js';
import { type PortSize, readPort, writePort } from './ports.js';
import { type Registers, readRegisters } from './registers.js';
import { type MessageEnd, serve } from './rpc.js';
import { captureScreen, type ScreenPicture } from './screen.js';
import { restoreState, saveState } from './state.js';
import type { VirtioPort } from './virtio-serial.js';

/** What the host can ask of the thread an emulator lives in. `create` comes first. */
export type EmulatorApi = {
  readonly create: (options: EmulatorOptions) => Promise<void>;
  readonly run: () => void;
  readonly wakeUp: () => void;
  readonly stop: () => void;
  readonly reset: () => void;
  readonly powerButton: () => void;
  readonly setResetOnRequest: (on: boolean) => void;
  readonly serialInput: (port: number, data: Uint8Array) => void;
  readonly serialBreak: (port: number) => void;
  readonly scancodes: (codes: readonly number[]) => void;
  readonly captureScreen: () => ScreenPicture;
  readonly textScreen: () => string[];
  readonly readPhysical: (address: number, length: number) => Uint8Array;
  readonly readVirtual: (address: number, length: number) => Uint8Array | undefined;
  /** The physical address of a virtual one; undefined where nothing is mapped. */
  readonly translate: (address: number) => number | undefined;
  /** What the guest's page tables map; undefined when paging is off. */
  readonly pages: () => readonly PageEntry[] | undefined;
  readonly readPort: (port: number, size: PortSize) => number;
  readonly writePort: (port: number, size: PortSize, value: number) => void;
  readonly registers: () => Registers;
  readonly injectNmi: () => boolean;
  readonly pointer: (input: PointerInput) => void;
  /** Whether the guest wants places of the pointer, not movements. */
  readonly absolutePointer: () => boolean;
  readonly pci: () => readonly PciFunction[];
  readonly saveState: () => Promise<Uint8Array>;
  readonly restoreState: (state: Uint8Array) => Promise<void>;
  /** Begins to copy memory elsewhere: every page counts as changed. */
  readonly beginCopy: () => void;
  /** Looks for pages that changed since they were taken; 0 as the page to go on from is the end. */
  readonly findChanged: (first: number) => { readonly next: number; readonly found: number };
  /** Takes changed pages, at most so many with data in them. */
  readonly takePages: (limit: number) => PageBatch;
  readonly endCopy: () => void;
  readonly saveDevices: () => Promise<Uint8Array>;
  /** Empties memory, before another machine's comes. */
  readonly clearMemory: () => void;
  readonly loadPages: (batch: Omit<PageBatch, 'taken'>) => void;
  readonly loadDevices: (state: Uint8Array) => Promise<void>;
  readonly mediumInfo: (slot: DriveSlot) => MediumInfo | undefined;
  readonly insertMedium: (slot: DriveSlot, medium: MediumSpec) => MediumInfo;
  readonly removeMedium: (slot: DriveSlot) => void;
  readonly driveCounters: (slot: DriveSlot) => DriveCounters;
  readonly flushDrives: () => void;
  /** Sets the balloon's size in bytes of guest memory. */
  readonly setBalloon: (bytes: number) => void;
  /** Bytes of memory the guest has; undefined when it has no balloon driver. */
  readonly balloon: () => number | undefined;
  /** The network card; undefined for none. */
  readonly nic: () => NicState | undefined;
  /** Whether the card sees its cable, and whether frames get through. */
  readonly setLink: (carrier: boolean, through: boolean) => void;
  readonly addPort: (port: VirtioPort) => void;
  readonly removePort: (nr: number) => void;
  /** Whether somebody is at the host's end of a port. */
  readonly setPortOpen: (nr: number, open: boolean) => void;
  readonly portInput: (nr: number, data: Uint8Array) => void;
  /** The guest's clock, in milliseconds since 1970. */
  readonly clock: () => number;
  /** What the guest's balloon driver tells, by its own numbers; undefined when it tells nothing. */
  readonly balloonStats: () => Promise<readonly number[] | undefined>;
  readonly destroy: () => void;
};

/** Serves one emulator over a message port. */
export function serveEmulator(port: MessageEnd, platform: EmulatorPlatform): void {
  let current: Emulator | undefined;
  const emulator = () => {
    if (current === undefined) throw new Error('the emulator has not been created');
    return current;
  };
  const cpu = () => emulator().internals.v86.cpu;
  let copy: MemoryCopy | undefined;
  const copying = () => {
    if (copy === undefined) throw new Error('no copy of memory was begun');
    return copy;
  };
  const api: EmulatorApi = {
    create: async (options) => {
      current = await Emulator.create(options, platform, (event) => send(event));
    },
    run: () => emulator().run(),
    wakeUp: () => emulator().wakeUp(),
    stop: () => emulator().stop(),
    reset: () => emulator().reset(),
    powerButton: () => emulator().powerButton(),
    setResetOnRequest: (on) => {
      emulator().resetOnRequest = on;
    },
    serialInput: (number, data) => emulator().serialInput(number, data),
    serialBreak: (number) => emulator().serialBreak(number),
    scancodes: (codes) => emulator().scancodes(codes),
    captureScreen: () => captureScreen(emulator().internals),
    textScreen: () => emulator().internals.screen_adapter.get_text_screen(),
    readPhysical: (address, length) => readPhysical(cpu(), address, length),
    readVirtual: (address, length) => readVirtual(cpu(), address, length),
    translate: (address) => translate(cpu(), address),
    pages: () => listPages(cpu()),
    readPort: (number, size) => readPort(cpu(), number, size),
    writePort: (number, size, value) => writePort(cpu(), number, size, value),
    registers: () => readRegisters(cpu()),
    injectNmi: () => injectNmi(cpu()),
    pointer: (input) => sendPointer(emulator().internals, input),
    absolutePointer: () => emulator().internals.absolute_pointer_enabled,
    pci: () => readPci(cpu()),
    saveState: () => saveState(emulator().internals),
    restoreState: (state) => restoreState(emulator().internals, state),
    beginCopy: () => {
      copy = new MemoryCopy(cpu());
    },
    findChanged: (first) => copying().findChanged(first),
    takePages: (limit) => copying().take(limit),
    endCopy: () => {
      copy = undefined;
    },
    saveDevices: () => saveDevices(emulator().internals),
    clearMemory: () => {
      cpu().mem8.fill(0);
    },
    loadPages: (batch) => loadPages(cpu(), batch),
    loadDevices: (state) => loadDevices(emulator().internals, state),
    mediumInfo: (slot) => emulator().drives.info(slot),
    insertMedium: (slot, medium) => emulator().drives.insert(cpu().devices, slot, medium),
    removeMedium: (slot) => emulator().drives.remove(cpu().devices, slot),
    driveCounters: (slot) => emulator().drives.countersOf(slot),
    flushDrives: () => emulator().drives.flush(),
    setBalloon: (bytes) => setBalloon(cpu(), bytes),
    balloon: () => balloonSize(cpu()),
    nic: () => emulator().nic?.state,
    setLink: (carrier, through) => emulator().nic?.setLink(carrier, through),
    addPort: (port) => emulator().virtioSerial?.add(port),
    removePort: (nr) => emulator().virtioSerial?.remove(nr),
    setPortOpen: (nr, open) => emulator().virtioSerial?.setHostOpen(nr, open),
    portInput: (nr, data) => emulator().virtioSerial?.input(nr, data),
    clock: () => cpu().devices.rtc.rtc_time,
    balloonStats: () => balloonStats(cpu()),
    destroy: () => current?.destroy(),
  };
  const send = serve<EmulatorEvent>(port, api);
}

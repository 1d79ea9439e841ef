import { V86 } from 'v86';
import type { MemoryPiece } from './acpi-tables.js';
import { watchBalloon } from './balloon.js';
import { connectBios } from './bios/bios.js';
import { watchClock } from './clock.js';
import type { DiskFailure } from './drive-buffer.js';
import { type DriveSlot, Drives } from './drives.js';
import type { EmulatorEvent, EmulatorListener } from './events.js';
import { dropHeld, handleDiskErrors, retryHeld } from './ide-errors.js';
import type { ImageOpener } from './image.js';
import { internalsOf, type V86Internals } from './internals.js';
import type { NicConfig } from './network/config.js';
import { Nic } from './network/nic.js';
import type { HostSockets } from './network/sockets.js';
import { BOOT_SOURCES, type BootSource, type EmulatorOptions } from './options.js';
import { routePciInterrupts } from './pci-routing.js';
import {
  connectDebugExit,
  connectPowerPorts,
  guardAgainstTraps,
  interceptReset,
  markAwake,
  pressPowerButton,
  watchHotPlug,
} from './power.js';
import { prepareScreen } from './screen.js';
import { connectSerial, type SerialLines } from './serial.js';
import { repairBars } from './state.js';
import { type Tray, watchTray } from './tray.js';
import { preparedMemory, v86Options } from './v86-options.js';
import { VirtioSerial } from './virtio-serial.js';
import { type FileLoader, wasmLoader } from './wasm.js';

/** What of an emulator depends on where it runs. */
export interface EmulatorPlatform {
  /** Reads v86.wasm. */
  readonly loadFile: FileLoader;
  readonly openImage: ImageOpener;
  /** The host's network; absent in a web page. */
  readonly sockets?: HostSockets;
}

const BOOT_PORT = 0xef;

/**
 * One emulated PC. It knows nothing of monitors and run states: it runs, stops, resets, and tells what its guest does.
 *
 * It is made for a thread of its own, and its methods must not be called from inside the guest's turn.
 */
export class Emulator {
  /**
   * Builds the PC and leaves it stopped before the first instruction.
   *
   * @throws {Error} when v86 cannot load or is not the version this package was built for.
   */
  static async create(
    options: EmulatorOptions,
    { loadFile, openImage, sockets }: EmulatorPlatform,
    listener: EmulatorListener,
  ): Promise<Emulator> {
    prepareScreen();
    const drives = new Drives(openImage, options.errorPolicies);
    const wasm = wasmLoader(options.wasmPath, loadFile);
    const machine = new V86(v86Options(options, drives, wasm.instantiate));
    const loaded = new Promise<void>((resolve) => machine.add_listener('emulator-loaded', resolve));
    await Promise.race([loaded, wasm.failed]);
    const emulator = new Emulator(internalsOf(machine), options, drives, listener);
    if (options.nic !== undefined) await emulator.#connectNetwork(options.nic, sockets);
    return emulator;
  }

  /** The parts of v86, for the rest of this folder. */
  readonly internals: V86Internals;
  readonly drives: Drives;
  /** Whether a reset that the guest asks for is carried out; otherwise the emulator stops instead. */
  resetOnRequest = true;
  readonly #listener: EmulatorListener;
  readonly #bootSource: BootSource;
  readonly #pieces: readonly MemoryPiece[];
  readonly #serial: SerialLines;
  readonly #tray: Tray;
  #nic: Nic | undefined;
  /** The virtio serial device; undefined for none. */
  readonly virtioSerial: VirtioSerial | undefined;

  private constructor(internals: V86Internals, options: EmulatorOptions, drives: Drives, listener: EmulatorListener) {
    this.internals = internals;
    this.drives = drives;
    repairBars(internals);
    handleDiskErrors(internals.v86.cpu.devices);
    drives.onFailure = (slot, failure) => this.#diskFails(slot, failure);
    this.#tray = watchTray(internals.v86.cpu.devices, {
      moved: (open) => this.#tell({ type: 'tray', open }),
      locked: (locked) => this.#tell({ type: 'tray-lock', locked }),
    });
    this.#listener = listener;
    this.#bootSource = options.bootSource;
    const { io } = internals.v86.cpu;
    io.register_read(BOOT_PORT, {}, () => BOOT_SOURCES[this.#bootSource]);
    this.#serial = connectSerial(internals, options.serialPorts, listener);
    watchClock(internals.v86.cpu, (offset) => this.#tell({ type: 'clock', offset }));
    watchBalloon(internals.v86.cpu, (bytes) => {
      // A state that is restored sets the balloon while the guest stands still.
      if (this.running) this.#tell({ type: 'balloon', bytes });
    });
    const { virtio_console: console } = internals.v86.cpu.devices;
    if (console !== undefined)
      this.virtioSerial = new VirtioSerial(console, internals.v86.cpu, internals.bus, (event) => this.#tell(event));
    if (options.bootSource === 'services') connectBios(internals.v86.cpu, drives, options.bootOrder);
    this.#pieces = preparedMemory(internals.v86.cpu, options);
    this.#fillMemory();
    if (options.bootSource !== 'bios') routePciInterrupts(internals.v86.cpu);
    watchHotPlug(internals.v86.cpu);
    connectPowerPorts(internals.v86.cpu, (event) => this.#guestAsks(event));
    if (options.debugExit !== undefined)
      connectDebugExit(internals.v86.cpu, options.debugExit, (value) => this.#guestAsks({ type: 'debug-exit', value }));
    interceptReset(internals.v86.cpu, (reset) => this.#guestResets(reset));
    guardAgainstTraps(internals.v86.cpu, {
      tripleFault: () => internals.v86.cpu.reboot_internal(),
      failure: (message) => {
        this.#stopAfterTurn();
        this.#tell({ type: 'failure', message });
      },
    });
  }

  get running(): boolean {
    return this.internals.v86.running;
  }

  /** Lets the processor run, and asks again for what failed. Does nothing when it runs already. */
  run(): void {
    const { v86 } = this.internals;
    if (v86.running) return;
    this.drives.stopping = false;
    if (retryHeld(v86.cpu.devices)) return;
    const tsc = v86.cpu.current_tsc;
    v86.cpu.set_tsc(tsc[0] ?? 0, tsc[1] ?? 0);
    v86.run();
  }

  /** Lets a guest run that sleeps (ACPI S3). */
  wakeUp(): void {
    markAwake(this.internals.v86.cpu);
    this.run();
  }

  /** Stops the processor at once; the guest's time stamp counter stops with it. */
  stop(): void {
    const { v86, bus } = this.internals;
    if (!v86.running) return;
    v86.cpu.store_current_tsc();
    v86.running = false;
    v86.stopping = false;
    v86.tick_counter += 1;
    bus.send('emulator-stopped');
    this.drives.flush();
  }

  /** Resets the machine from outside; running or stopped stays as it is. */
  reset(): void {
    this.#resetNow();
  }

  /** Presses the ACPI power button; what happens is the guest's decision. */
  powerButton(): void {
    pressPowerButton(this.internals.v86.cpu);
  }

  /** Types on a serial port. */
  serialInput(port: number, data: Uint8Array): void {
    this.#serial.input(port, data);
  }

  /** Sends a break on a serial port. */
  serialBreak(port: number): void {
    this.#serial.sendBreak(port);
  }

  /** Sends keyboard scan codes of set 1. */
  scancodes(codes: readonly number[]): void {
    for (const code of codes) this.internals.bus.send('keyboard-code', code);
  }

  /** The network card; undefined for none. */
  get nic(): Nic | undefined {
    return this.#nic;
  }

  /** Stops and lets go of everything. */
  destroy(): void {
    this.stop();
    this.#nic?.close();
    this.virtioSerial?.close();
    this.internals.v86.destroy();
    this.drives.close();
  }

  async #connectNetwork(config: NicConfig, sockets: HostSockets | undefined): Promise<void> {
    this.#nic = new Nic(this.internals, config, sockets, () => this.#tell({ type: 'nic-address' }));
    await this.#nic.start();
  }

  #resetNow: () => void = () => {};

  /** Puts into memory what the host has to prepare there; a reset does not keep it. */
  #fillMemory(): void {
    for (const { address, data } of this.#pieces) this.internals.v86.cpu.write_blob(data, address);
  }

  #guestResets(reset: () => void): void {
    this.#resetNow = () => {
      reset();
      dropHeld(this.internals.v86.cpu.devices);
      this.#tray.reset();
      this.#fillMemory();
    };
    this.internals.v86.cpu.reboot_internal = () => {
      if (this.resetOnRequest) this.#resetNow();
      else this.#stopAfterTurn();
      this.#tell({ type: 'reset-request', done: this.resetOnRequest });
    };
  }

  #guestAsks(event: EmulatorEvent): void {
    if (event.type === 'power-off' || event.type === 'suspend' || event.type === 'debug-exit') this.#stopAfterTurn();
    this.#tell(event);
  }

  #diskFails(slot: DriveSlot, failure: DiskFailure): void {
    if (failure.action === 'stop') this.#stopAfterTurn();
    this.#tell({ type: 'disk-failure', slot, failure });
  }

  #tell(event: EmulatorEvent): void {
    this.#serial.flush();
    this.#listener(event);
  }

  /** Stops when the guest's turn, inside which this is called, is over. */
  #stopAfterTurn(): void {
    queueMicrotask(() => this.stop());
  }
}

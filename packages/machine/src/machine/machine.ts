import type { JsonObject } from 'qmp/json';
import type { RunState, ShutdownCause } from '../api/index.js';
import type { DiskFailure } from '../emulator/drive-buffer.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { EmulatorEvent } from '../emulator/events.js';
import type { EmulatorOptions } from '../emulator/options.js';
import type { ScreenPicture } from '../emulator/screen.js';
import { Balloon } from './balloon.js';
import type { Chassis } from './chassis.js';
import { type Configuration, configurationOf } from './configuration.js';
import { EmulatorSlot } from './emulator-slot.js';
import { MachineError } from './errors.js';
import { Network } from './network.js';
import { type Actions, defaultActions, needsReset, panicAction } from './run-state.js';
import { SerialPort } from './serial-port.js';
import type { EmulatorThread, ThreadStarter } from './thread.js';
import { VirtioPorts, type VirtioSerialConfig } from './virtio-ports.js';

/** What a machine is made of. */
export interface MachineParts {
  readonly emulator: EmulatorOptions;
  readonly virtioSerial?: VirtioSerialConfig;
  readonly startThread: ThreadStarter;
  readonly actions?: Partial<Actions>;
}

/** Something that happened to the machine, as its monitors tell it. */
export interface MachineEvent {
  readonly name: string;
  readonly data?: JsonObject;
}

/**
 * A PC and its run state. It emits QEMU's events with their real causes; it knows nothing of monitors and sockets.
 *
 * The guest lives in a thread of its own. When that thread fails, the machine is in the state `internal-error` until it
 * is reset, which starts a new one.
 */
export class Machine implements Chassis {
  /** Makes a machine and waits until its emulator is there. */
  static async create(parts: MachineParts): Promise<Machine> {
    const machine = new Machine(parts);
    await machine.ready;
    return machine;
  }

  /** Makes a machine whose emulator is still being loaded; what it is asked meanwhile waits. See {@link ready}. */
  static launch(parts: MachineParts): Machine {
    return new Machine(parts);
  }

  /** Resolves when the emulator is there, rejects when it cannot be made. */
  readonly ready: Promise<void>;

  readonly memory: number;
  readonly network: Network;
  readonly ports: VirtioPorts;
  readonly balloon: Balloon;
  readonly serialPorts: readonly SerialPort[];
  /** Resolves with the exit code when the machine is over: the guest turned it off, or it was told to quit. */
  readonly finished: Promise<number>;
  actions: Actions;
  readonly #parts: MachineParts;
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly #slot: EmulatorSlot;
  #state: RunState = 'prelaunch';
  #finish: (code: number) => void = () => {};
  #over = false;
  /** Whether the guest goes on when a state has arrived from elsewhere. */
  #runsOnArrival = true;
  #moveTray: (open: boolean) => void = () => {};
  #lockTray: (locked: boolean) => void = () => {};
  #tellDiskFailure: (slot: DriveSlot, failure: DiskFailure) => void = () => {};

  private constructor(parts: MachineParts) {
    this.#parts = parts;
    this.memory = parts.emulator.memory;
    this.network = new Network(this, parts.emulator.nic);
    this.balloon = new Balloon(this);
    this.ports = new VirtioPorts(this, parts.virtioSerial);
    this.actions = { ...defaultActions, ...parts.actions };
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#slot = new EmulatorSlot(parts.startThread, {
      event: (event) => this.#guestEvent(event),
      died: () => this.#failed(),
    });
    this.serialPorts = Array.from(
      { length: parts.emulator.serialPorts },
      (_, port) =>
        new SerialPort({
          input: (data) => this.#slot.tell((api) => api.serialInput(port, data)),
          sendBreak: () => this.#slot.tell((api) => api.serialBreak(port)),
        }),
    );
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  get state(): RunState {
    return this.#state;
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  /** Whether the machine has quit. */
  get over(): boolean {
    return this.#over;
  }

  /** @returns a function that stops listening. */
  onEvent(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says who is told of requests of the guest to a drive that fail. */
  onDiskFailure(tell: (slot: DriveSlot, failure: DiskFailure) => void): void {
    this.#tellDiskFailure = tell;
  }

  /** Says who carries out what the guest does with the tray of its CD-ROM drive, and who is told that it is locked. */
  onTray(move: (open: boolean) => void, lock: (locked: boolean) => void): void {
    this.#moveTray = move;
    this.#lockTray = lock;
  }

  /**
   * Lets the guest run (`cont`).
   *
   * @throws {MachineError} when only a reset helps.
   */
  async resume(): Promise<void> {
    if (needsReset(this.#state)) throw new MachineError('Resetting the Virtual Machine is required');
    if (this.#state === 'finish-migrate') throw new MachineError('Migration is not finalized yet');
    if (this.#state === 'inmigrate') {
      this.#runsOnArrival = true;
      return;
    }
    if (this.running || this.#over || this.#state === 'suspended') return;
    this.#state = 'running';
    this.emit('RESUME');
    await this.emulator.run();
  }

  /** Stops the guest (`stop`). Nothing happens when it is not running. */
  async pause(state: RunState = 'paused'): Promise<void> {
    if (this.#state === 'inmigrate') this.#runsOnArrival = false;
    if (!this.running) return;
    await this.emulator.stop();
    if (this.running) this.#stopped(state);
  }

  /** Does work while the guest stands still, and lets it go on if it ran. */
  async whileStopped<T>(state: RunState, work: () => Promise<T>): Promise<T> {
    const ran = this.running;
    const before = this.#state;
    if (ran) await this.pause(state);
    try {
      return await work();
    } finally {
      if (ran && this.#state === state) await this.resume();
      else if (!ran && this.#state === state) this.#state = before;
    }
  }

  /** Says why a machine that stands still does so: its state went elsewhere. */
  leave(state: RunState): void {
    if (!this.running) this.#state = state;
  }

  /** Stands still until the state of another machine has arrived: run state `inmigrate`. */
  awaitState(): void {
    this.#state = 'inmigrate';
  }

  /**
   * The state of another machine is there. The guest runs on when it ran there, unless it shall wait here: `cont` and
   * `stop` say so meanwhile.
   */
  async arrive(ran: boolean): Promise<void> {
    if (this.#state !== 'inmigrate') return;
    this.#state = 'paused';
    if (ran && this.#runsOnArrival) await this.resume();
  }

  /** Which machine this is; the state of another one fits only when it is alike. */
  get configuration(): Configuration {
    return configurationOf(this.#parts.emulator);
  }

  /** Sends a non-maskable interrupt. */
  async injectNmi(): Promise<void> {
    if (!(await this.emulator.injectNmi()))
      throw new MachineError('The guest has interrupts disabled, and this machine cannot interrupt it then');
  }

  /** Changes what the machine does by itself. */
  async setActions(actions: Partial<Actions>): Promise<void> {
    this.actions = { ...this.actions, ...actions };
    await this.emulator.setResetOnRequest(this.actions.reboot === 'reset');
  }

  /** Resets the machine from the host. */
  async reset(cause: ShutdownCause = 'host-qmp-system-reset'): Promise<void> {
    if (this.actions.reboot === 'shutdown') {
      this.#shutDown(cause, false);
      return;
    }
    if (this.#slot.empty) await this.#start();
    await this.emulator.reset();
    if (this.#state === 'suspended') {
      this.#state = 'running';
      await this.emulator.run();
    } else if (!this.running && this.#state !== 'inmigrate') this.#state = 'prelaunch';
    this.emit('RESET', { guest: false, reason: cause });
  }

  /** Presses the ACPI power button. */
  async powerButton(): Promise<void> {
    this.emit('POWERDOWN');
    if (this.#state === 'suspended') await this.wakeUp();
    await this.emulator.powerButton();
  }

  /**
   * Wakes a guest (`system_wakeup`).
   *
   * @throws {MachineError} when it does not sleep.
   */
  async wakeUpOrFail(): Promise<void> {
    if (this.#state !== 'suspended') throw new MachineError('Unable to wake up: guest is not in suspended state');
    await this.wakeUp();
  }

  /** Wakes a guest that suspended itself to memory: it goes on where it went to sleep. */
  async wakeUp(): Promise<void> {
    if (this.#state !== 'suspended') return;
    this.#state = 'running';
    this.emit('WAKEUP');
    await this.emulator.wakeUp();
  }

  /** Ends the machine. The guest is not asked. */
  quit(cause: ShutdownCause = 'host-qmp-quit'): void {
    if (this.#over) return;
    this.emit('SHUTDOWN', { guest: false, reason: cause });
    this.#exit(0);
  }

  /** Ends a machine that never was one: the state that it waited for cannot be used. Exit code 1. */
  abandon(): void {
    this.#exit(1);
  }

  /** What the screen shows. */
  captureScreen(): Promise<ScreenPicture> {
    return this.emulator.captureScreen();
  }

  /** Sends keyboard scan codes of set 1. */
  async scancodes(codes: readonly number[]): Promise<void> {
    await this.emulator.scancodes(codes);
  }

  /** Ends the thread and lets go of everything, without events. Idempotent. */
  async destroy(): Promise<void> {
    this.#exit(0);
    await this.#slot.end();
  }

  /**
   * The emulator itself, for what does not change the run state.
   *
   * @throws {MachineError} when its thread has died.
   */
  get emulator(): EmulatorThread['api'] {
    return this.#slot.api;
  }

  #start(): Promise<void> {
    return this.#slot.start(async (api) => {
      await api.create(this.#parts.emulator);
      await api.setResetOnRequest(this.actions.reboot === 'reset');
      await this.network.applyLink();
      await this.ports.apply();
    });
  }

  #guestEvent(event: EmulatorEvent): void {
    if (this.#over) return;
    if (event.type === 'serial') this.serialPorts[event.port]?.output(event.data);
    else if (event.type === 'power-off') this.#shutDown('guest-shutdown', true);
    else if (event.type === 'reset-request') this.#guestReset(event.done);
    else if (event.type === 'suspend') this.#suspended();
    else if (event.type === 'debug-exit') this.#exit(((event.value << 1) | 1) & 0xff);
    else if (event.type === 'panic') this.#panicked();
    else if (event.type === 'watchdog') this.#watchdog();
    else if (event.type === 'clock') this.emit('RTC_CHANGE', { offset: event.offset, 'qom-path': '/machine/rtc' });
    else if (event.type === 'balloon') this.emit('BALLOON_CHANGE', { actual: event.bytes });
    else if (event.type === 'nic-address') this.network.addressChanged();
    else if (event.type === 'port-open' || event.type === 'port-data') this.ports.event(event);
    else if (event.type === 'tray') this.#moveTray(event.open);
    else if (event.type === 'tray-lock') this.#lockTray(event.locked);
    else if (event.type === 'disk-failure') this.#diskFailed(event.slot, event.failure);
    else if (event.type === 'failure') this.#failed();
    else event satisfies never;
  }

  #diskFailed(slot: DriveSlot, failure: DiskFailure): void {
    this.#tellDiskFailure(slot, failure);
    if (failure.action === 'stop' && this.running) this.#stopped('io-error');
  }

  #guestReset(done: boolean): void {
    if (done) this.emit('RESET', { guest: true, reason: 'guest-reset' });
    else this.#shutDown('guest-reset', true);
  }

  #suspended(): void {
    this.#state = 'suspended';
    this.emit('SUSPEND');
  }

  #shutDown(cause: ShutdownCause, guest: boolean): void {
    this.emit('SHUTDOWN', { guest, reason: cause });
    if (this.actions.shutdown === 'poweroff') {
      this.#exit(0);
      return;
    }
    this.#slot.tell((api) => api.stop());
    if (this.running) this.#stopped('shutdown');
    else this.#state = 'shutdown';
  }

  #panicked(): void {
    const action = panicAction(this.actions);
    this.emit('GUEST_PANICKED', { action });
    if (action === 'run') return;
    this.#slot.tell((api) => api.stop());
    if (this.running) this.#stopped('guest-panicked');
    if (action !== 'poweroff') return;
    this.emit('SHUTDOWN', { guest: true, reason: 'guest-panic' });
    this.#exit(this.actions.panic === 'exit-failure' ? 1 : 0);
  }

  #watchdog(): void {
    const action = this.actions.watchdog;
    this.emit('WATCHDOG', { action });
    const act = async () => {
      if (action === 'reset') await this.#watchdogReset();
      else if (action === 'shutdown') await this.powerButton();
      else if (action === 'pause') await this.pause('watchdog');
      else if (action === 'poweroff') this.#exit(0);
      else if (action === 'inject-nmi') await this.injectNmi();
    };
    void act().catch(() => {});
  }

  async #watchdogReset(): Promise<void> {
    if (this.actions.reboot === 'shutdown') {
      this.#shutDown('guest-reset', true);
      return;
    }
    await this.emulator.reset();
    this.emit('RESET', { guest: true, reason: 'guest-reset' });
  }

  #failed(): void {
    if (this.#over) return;
    if (this.running) this.#stopped('internal-error');
    else this.#state = 'internal-error';
  }

  #stopped(state: RunState): void {
    this.#state = state;
    this.emit('STOP');
  }

  #exit(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.balloon.stop();
    this.#slot.tell((api) => api.stop());
    // In a later turn: the command that ends the machine is answered first.
    setTimeout(() => this.#finish(code), 0);
  }

  /** Raises an event, as one of the machine's parts. */
  emit(name: string, data?: MachineEvent['data']): void {
    const event: MachineEvent = data === undefined ? { name } : { name, data };
    for (const listener of this.#listeners) listener(event);
  }
}

import type { JsonObject } from 'qmp/json';
import type { Chassis } from './chassis.js';
import { MachineError } from './errors.js';

/** What a guest's balloon driver can tell, in the order of the numbers it uses. */
const NAMES = [
  'stat-swap-in',
  'stat-swap-out',
  'stat-major-faults',
  'stat-minor-faults',
  'stat-free-memory',
  'stat-total-memory',
  'stat-available-memory',
  'stat-disk-caches',
  'stat-htlb-pgalloc',
  'stat-htlb-pgfail',
] as const;
/** What QEMU tells where the guest told nothing. */
const UNKNOWN = 2n ** 64n - 1n;
const LONGEST = 2 ** 32 - 1;

/** The balloon: how much memory it leaves to the guest, and what the guest tells of its memory when it is asked. */
export class Balloon {
  readonly #machine: Chassis;
  #interval = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stats: readonly number[] = [];
  #updated = 0;

  constructor(machine: Chassis) {
    this.#machine = machine;
  }

  /**
   * Bytes of memory that it leaves to the guest.
   *
   * @throws {MachineError} when the machine has no balloon.
   */
  async size(): Promise<number> {
    const bytes = await this.#machine.emulator.balloon();
    if (bytes === undefined) throw new MachineError('No balloon device has been activated', 'DeviceNotActive');
    return bytes;
  }

  /**
   * Asks the guest to have so much memory; more than there is means all of it.
   *
   * @throws {MachineError} when the machine has no balloon, or the size is not above 0.
   */
  async resize(bytes: number): Promise<void> {
    await this.size();
    if (bytes <= 0) throw new MachineError("Parameter 'target' expects a size");
    await this.#machine.emulator.setBalloon(Math.min(bytes, this.#machine.memory));
  }

  /** Seconds between questions; 0 when the guest is not asked. */
  get interval(): number {
    return this.#interval;
  }

  /** What the guest told last, and when, in seconds since 1970. */
  get latest(): JsonObject {
    const stats = Object.fromEntries(NAMES.map((name, index) => [name, this.#stats[index] ?? UNKNOWN]));
    return { stats, 'last-update': this.#updated };
  }

  /**
   * Asks the guest every so many seconds; 0 ends that.
   *
   * @throws {MachineError} when it is no such number.
   */
  setInterval(seconds: number): void {
    if (seconds < 0) throw new MachineError('timer value must be greater than zero');
    if (seconds > LONGEST) throw new MachineError('timer value is too big');
    this.stop();
    this.#interval = seconds;
    if (seconds === 0) return;
    this.#timer = setInterval(() => void this.#ask().catch(() => {}), Math.min(seconds * 1000, 2 ** 31 - 1));
    this.#timer.unref();
  }

  /** Asks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    if (!this.#machine.running) return;
    const stats = await this.#machine.emulator.balloonStats();
    if (stats === undefined) return;
    this.#stats = stats;
    this.#updated = Math.floor(Date.now() / 1000);
  }
}

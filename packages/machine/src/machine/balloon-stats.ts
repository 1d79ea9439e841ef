import type { JsonObject } from 'qmp/json';
import { MachineError } from './errors.js';
import type { Machine } from './machine.js';

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

/** What the guest tells of its memory, asked for at an interval. */
export class BalloonStats {
  readonly #machine: Machine;
  #interval = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stats: readonly number[] = [];
  #updated = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
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

import type { MigrationInfo, MigrationStats } from '../api/index.js';
import { PAGE_SIZE, type PageBatch } from '../emulator/memory-copy.js';

/** How long a migration has to have sent before its speed is known, in milliseconds. QEMU's own window. */
const WINDOW = 100;

/** What `query-migrate` tells of a migration that is under way or completed. */
export class MigrationProgress {
  readonly #started = performance.now();
  readonly #pages: number;
  #setup = 0;
  #stopped: number | undefined;
  #ended: number | undefined;
  /** Pages that are known to be sent still. */
  remaining: number;
  #duplicate = 0;
  #normal = 0;
  #precopyBytes = 0;
  #downtimeBytes = 0;
  #spent = 0;
  #passes = 0;
  #passStarted = 0;
  #changedRate = 0;

  /** @param memory bytes of memory of the guest. */
  constructor(memory: number) {
    this.#pages = memory / PAGE_SIZE;
    this.remaining = this.#pages;
  }

  /** The first byte of memory comes next. */
  begin(): void {
    this.#setup = performance.now() - this.#started;
  }

  /** A new look for changed pages. @returns how many there were. */
  pass(changed: number): number {
    const now = performance.now();
    if (this.#passes > 0) this.#changedRate = Math.round((changed * 1000) / Math.max(1, now - this.#passStarted));
    this.#passStarted = now;
    this.remaining = changed;
    this.#passes += 1;
    return this.#passes;
  }

  sent({ zeros, pages }: PageBatch, bytes: number): void {
    this.#duplicate += zeros.length;
    this.#normal += pages.length;
    this.remaining -= zeros.length + pages.length;
    if (this.#stopped === undefined) this.#precopyBytes += bytes;
    else this.#downtimeBytes += bytes;
  }

  /** The guest stands still from now on. */
  stopped(): void {
    this.#stopped ??= performance.now();
  }

  completed(): void {
    this.#ended = performance.now();
  }

  get #transferred(): number {
    return this.#precopyBytes + this.#downtimeBytes;
  }

  get #sending(): number {
    return (this.#ended ?? performance.now()) - this.#started - this.#setup;
  }

  /** So many milliseconds went by with sending, waits for the limit of bandwidth included. */
  spent(milliseconds: number): void {
    this.#spent += milliseconds;
  }

  /** Bytes that can be sent in so many milliseconds, as far as that is known; 0 before. */
  within(milliseconds: number): number {
    return this.#spent < WINDOW ? 0 : (this.#transferred / this.#spent) * milliseconds;
  }

  /** Milliseconds until `bytes` more may leave when at most `rate` leave each second. */
  delay(rate: number): number {
    return Math.max(0, (this.#transferred / rate) * 1000 - this.#sending);
  }

  describe(expectedDowntime: number): MigrationInfo {
    const ended = this.#ended;
    const total = (ended ?? performance.now()) - this.#started;
    return {
      ...(ended === undefined
        ? { 'expected-downtime': expectedDowntime }
        : { downtime: Math.round(ended - (this.#stopped ?? ended)) }),
      'setup-time': Math.round(this.#setup),
      'total-time': Math.round(total),
      ram: this.#describeMemory(),
    };
  }

  #describeMemory(): MigrationStats {
    const seconds = Math.max(0.001, this.#sending / 1000);
    return {
      total: this.#pages * PAGE_SIZE,
      'postcopy-requests': 0,
      'dirty-sync-count': this.#passes,
      'multifd-bytes': 0,
      'pages-per-second': this.#ended === undefined ? Math.round((this.#normal + this.#duplicate) / seconds) : 0,
      'downtime-bytes': this.#downtimeBytes,
      'page-size': PAGE_SIZE,
      remaining: this.remaining * PAGE_SIZE,
      'postcopy-bytes': 0,
      mbps: (this.#transferred * 8) / seconds / 1e6,
      transferred: this.#transferred,
      'dirty-sync-missed-zero-copy': 0,
      'precopy-bytes': this.#precopyBytes,
      duplicate: this.#duplicate,
      'dirty-pages-rate': this.#changedRate,
      skipped: 0,
      'normal-bytes': this.#normal * PAGE_SIZE,
      normal: this.#normal,
    };
  }
}

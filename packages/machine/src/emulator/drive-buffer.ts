import type { OpenMedium } from './faults.js';
import type { DiskImage } from './image.js';

/** Where a drive's failures are told. */
export interface DriveHost {
  /** The guest is about to be stopped by a failure: what it asks for until then is held. */
  readonly stopping: boolean;
  failed(failure: DiskFailure): void;
}

/** The guest writes to what must not be written. */
class ReadOnlyMedium extends Error {
  readonly code = 'EPERM';

  constructor() {
    super('Operation not permitted');
  }
}

/** What happens when a request of the guest fails (`werror`, `rerror`). */
export type ErrorPolicy = 'report' | 'ignore' | 'stop' | 'enospc';

/** The policies of a drive. QEMU's defaults: reading `report`, writing `enospc`. */
export interface ErrorPolicies {
  readonly read: ErrorPolicy;
  readonly write: ErrorPolicy;
}

/** What was done about a request that failed. */
export type ErrorAction = 'report' | 'ignore' | 'stop';

/** A request of the guest that failed. */
export interface DiskFailure {
  readonly operation: 'read' | 'write';
  /** The system's name of the error, such as `EIO`. */
  readonly code: string;
  readonly message: string;
  readonly action: ErrorAction;
}

/** What a drive has done since it was made. Times are nanoseconds. */
export interface DriveCounters {
  readBytes: number;
  readOperations: number;
  readTime: number;
  failedReads: number;
  writtenBytes: number;
  writeOperations: number;
  writeTime: number;
  failedWrites: number;
  flushOperations: number;
  flushTime: number;
  failedFlushes: number;
  /** Where the furthest write ended, in bytes. */
  highestOffset: number;
  /** Since the last request; undefined when there was none. */
  idleTime: number | undefined;
}

export function newCounters(): DriveCounters {
  return {
    readBytes: 0,
    readOperations: 0,
    readTime: 0,
    failedReads: 0,
    writtenBytes: 0,
    writeOperations: 0,
    writeTime: 0,
    failedWrites: 0,
    flushOperations: 0,
    flushTime: 0,
    failedFlushes: 0,
    highestOffset: 0,
    idleTime: undefined,
  };
}

/**
 * What v86 takes for a disk. It calls back before the call returns, so a guest that is told that its data was written
 * can rely on it. A request that fails under the policy `stop` is held: nobody is called back, and the guest stands
 * still until it is asked again.
 */
export class DriveBuffer {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: undefined;
  /** Whether a request waits to be asked again. It goes into saved states. */
  held = false;
  /** Called when a write by DMA has failed and the guest is to be told. */
  onWriteFailure: () => void = () => {};
  readonly #image: DiskImage;
  readonly #bottom: DiskImage;
  readonly #counters: DriveCounters;
  readonly #policies: ErrorPolicies;
  readonly #host: DriveHost;
  #lastRequest: number | undefined;

  constructor({ image, bottom }: OpenMedium, counters: DriveCounters, policies: ErrorPolicies, host: DriveHost) {
    this.#image = image;
    this.#bottom = bottom;
    this.#counters = counters;
    this.#policies = policies;
    this.#host = host;
    this.byteLength = image.size;
  }

  load(): void {
    this.onload?.({});
  }

  /** Reads for the guest. @returns undefined when that failed: the request is held, or the guest is to be told. */
  read(start: number, length: number): Uint8Array | undefined {
    const counters = this.#counters;
    const began = performance.now();
    let data: Uint8Array | undefined;
    const action = this.#attempt('read', () => {
      data = this.#image.read(start, length);
    });
    if (action !== undefined) counters.failedReads += 1;
    else {
      counters.readOperations += 1;
      counters.readBytes += length;
      counters.readTime += this.#since(began);
    }
    return action === 'ignore' ? new Uint8Array(length) : data;
  }

  /** Writes for the guest. @returns whether it may go on; if not, the request is held, or the guest is to be told. */
  write(start: number, data: Uint8Array): boolean {
    const counters = this.#counters;
    const began = performance.now();
    const action = this.#attempt('write', () => {
      if (this.#image.readOnly) throw new ReadOnlyMedium();
      this.#image.write(start, data);
    });
    if (action !== undefined) counters.failedWrites += 1;
    else {
      counters.writeOperations += 1;
      counters.writtenBytes += data.length;
      counters.writeTime += this.#since(began);
      counters.highestOffset = Math.max(counters.highestOffset, start + data.length);
    }
    return action === undefined || action === 'ignore';
  }

  /** Brings everything to safety for the guest. @returns as {@link write} does. */
  flush(): boolean {
    const counters = this.#counters;
    const began = performance.now();
    const action = this.#attempt('write', () => this.#image.flush());
    if (action !== undefined) counters.failedFlushes += 1;
    else {
      counters.flushOperations += 1;
      counters.flushTime += this.#since(began);
    }
    return action === undefined || action === 'ignore';
  }

  get(start: number, length: number, done: (data: Uint8Array) => void): void {
    const data = this.read(start, length);
    if (data !== undefined) done(data);
  }

  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void {
    done(this.get_from_cache(start, length));
  }

  /** What v86 reads for itself, such as the partition table: not a request of the guest, so no rule about faults holds. */
  get_from_cache(start: number, length: number): Uint8Array {
    try {
      return this.#bottom.read(start, length);
    } catch {
      return new Uint8Array(length);
    }
  }

  set(start: number, data: Uint8Array, done: () => void): void {
    if (this.write(start, data)) done();
    else if (!this.held) this.onWriteFailure();
  }

  get_buffer(done: (buffer: undefined) => void): void {
    done(undefined);
  }

  get_state(): unknown[] {
    return [this.byteLength, this.held];
  }

  set_state(state: unknown): void {
    this.held = Array.isArray(state) && state[1] === true;
  }

  /** @returns undefined when it worked. */
  #attempt(operation: 'read' | 'write', work: () => void): ErrorAction | undefined {
    if (this.#host.stopping) {
      this.held = true;
      return 'stop';
    }
    try {
      work();
      return undefined;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
      const action = actionOf(this.#policies[operation], code);
      this.held = action === 'stop';
      this.#host.failed({ operation, code, message: error instanceof Error ? error.message : String(error), action });
      return action;
    }
  }

  /** Nanoseconds since the last request; undefined when there was none. */
  get idleTime(): number | undefined {
    return this.#lastRequest === undefined ? undefined : Math.round((performance.now() - this.#lastRequest) * 1e6);
  }

  #since(began: number): number {
    const now = performance.now();
    this.#lastRequest = now;
    return Math.round((now - began) * 1e6);
  }
}

function actionOf(policy: ErrorPolicy, code: string): ErrorAction {
  if (policy === 'enospc') return code === 'ENOSPC' ? 'stop' : 'report';
  return policy;
}

/** The guest's end of a serial port. */
export interface SerialLine {
  readonly input: (data: Uint8Array) => void;
  /** Absent on a line that has no breaks. */
  readonly sendBreak?: () => void;
  /** Hears whether something is connected, when the guest can know. */
  readonly connected?: (open: boolean) => void;
}

/** One serial port, seen from the host. What the guest sends while nothing is connected is lost, as on a real port. */
export class SerialPort {
  readonly #line: SerialLine;
  #sink: ((data: Uint8Array) => void) | undefined;

  constructor(line: SerialLine) {
    this.#line = line;
  }

  /** Whether something takes the guest's output. */
  get connected(): boolean {
    return this.#sink !== undefined;
  }

  /** Connects what takes the guest's output. The former one is disconnected. */
  connect(sink: ((data: Uint8Array) => void) | undefined): void {
    this.#sink = sink;
    this.#line.connected?.(sink !== undefined);
  }

  /** Sends bytes to the guest. */
  write(data: Uint8Array): void {
    this.#line.input(data);
  }

  /** Sends a break to the guest. */
  sendBreak(): void {
    this.#line.sendBreak?.();
  }

  /** For the machine: the guest sent bytes. */
  output(data: Uint8Array): void {
    this.#sink?.(data);
  }
}

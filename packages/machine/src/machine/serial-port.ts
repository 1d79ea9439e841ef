/** One serial port, seen from the host. What the guest sends while nothing is connected is lost, as on a real port. */
export class SerialPort {
  readonly #input: (data: Uint8Array) => void;
  readonly #break: () => void;
  #sink: ((data: Uint8Array) => void) | undefined;

  constructor(input: (data: Uint8Array) => void, sendBreak: () => void) {
    this.#input = input;
    this.#break = sendBreak;
  }

  /** Connects what takes the guest's output. The former one is disconnected. */
  connect(sink: ((data: Uint8Array) => void) | undefined): void {
    this.#sink = sink;
  }

  /** Sends bytes to the guest. */
  write(data: Uint8Array): void {
    this.#input(data);
  }

  /** Sends a break to the guest. */
  sendBreak(): void {
    this.#break();
  }

  /** For the machine: the guest sent bytes. */
  output(data: Uint8Array): void {
    this.#sink?.(data);
  }
}

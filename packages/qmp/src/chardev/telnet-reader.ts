/** Takes the commands out of a telnet stream, cut anywhere. */

export interface TelnetSink {
  data(chunk: Uint8Array): void;
  /** `option` is 0 for a command that has none. */
  command(command: number, option: number): void;
}

const SE = 240;
const SB = 250;
const WILL = 251;
const IAC = 255;
const CR = 0x0d;

/** Where in the stream the reader is. */
type State = 'data' | 'iac' | 'option' | 'subnegotiation' | 'subnegotiation-iac';

/** A push parser. It keeps no bytes, so that a subnegotiation without an end costs nothing. */
export class TelnetReader {
  /** The peer sends binary: CR means only itself. */
  binary = false;
  /** Makes CR LF one CR, which is what the Return key is to a monitor or a serial port. */
  foldReturns = false;
  readonly #sink: TelnetSink;
  #state: State = 'data';
  #command = 0;
  #afterReturn = false;

  constructor(sink: TelnetSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const plain = this.#state === 'data' && !this.#afterReturn && !chunk.includes(IAC);
    if (plain && (this.binary || !chunk.includes(CR))) {
      this.#sink.data(chunk);
      return;
    }
    const out = new Uint8Array(chunk.length);
    let length = 0;
    let told = 0;
    for (const byte of chunk) {
      if (this.#state !== 'data') {
        // A command means something at its place among the data: a break does.
        if (byte !== IAC && length > told) this.#sink.data(out.subarray(told, length));
        if (byte !== IAC) told = length;
        if (this.#escape(byte)) out[length++] = IAC;
      } else if (byte === IAC) this.#state = 'iac';
      else if (!this.#dropsAfterReturn(byte)) out[length++] = byte;
    }
    if (length > told) this.#sink.data(out.subarray(told, length));
  }

  #dropsAfterReturn(byte: number): boolean {
    const after = this.#afterReturn && !this.binary;
    this.#afterReturn = byte === CR;
    return after && (byte === 0 || (byte === 0x0a && this.foldReturns));
  }

  /** Reads one byte of a command. True when it stands for the byte 0xFF. */
  #escape(byte: number): boolean {
    switch (this.#state) {
      case 'iac':
        this.#state = byte === SB ? 'subnegotiation' : byte >= WILL && byte < IAC ? 'option' : 'data';
        this.#command = byte;
        if (this.#state === 'data' && byte !== IAC) this.#sink.command(byte, 0);
        return byte === IAC;
      case 'option':
        this.#state = 'data';
        this.#sink.command(this.#command, byte);
        return false;
      case 'subnegotiation':
        if (byte === IAC) this.#state = 'subnegotiation-iac';
        return false;
      default:
        this.#state = byte === SE ? 'data' : 'subnegotiation';
        return false;
    }
  }
}

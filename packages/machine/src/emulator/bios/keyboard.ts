import { AX, type RealMode } from './real-mode.js';

const PLAIN = "\0\x1b1234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
const SHIFTED = '\0\x1b!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:"~\0|ZXCVBNM<>?\0*\0 ';
const LEFT_SHIFT = 0x2a;
const RIGHT_SHIFT = 0x36;
const PREFIX = 0xe0;
const ACKNOWLEDGE = 0xfa;
const BUFFER = 32;

/** INT 16, and the scan codes that fill its buffer. US layout. */
export class KeyboardService {
  readonly #mode: RealMode;
  readonly #again: number;
  readonly #keys: number[] = [];
  #shift = false;

  /** @param again address of the byte that makes the firmware ask again. */
  constructor(mode: RealMode, again: number) {
    this.#mode = mode;
    this.#again = again;
  }

  scancode(code: number): void {
    if (code === ACKNOWLEDGE || code === PREFIX) return;
    const key = code & 0x7f;
    const released = (code & 0x80) !== 0;
    if (key === LEFT_SHIFT || key === RIGHT_SHIFT) this.#shift = !released;
    else if (!released && this.#keys.length < BUFFER)
      this.#keys.push((key << 8) | ((this.#shift ? SHIFTED : PLAIN).charCodeAt(key) || 0));
  }

  call(): void {
    const mode = this.#mode;
    const command = mode.high(AX) & 0x0f;
    mode.write8(this.#again, 0);
    if (command === 0) {
      const key = this.#keys.shift();
      if (key === undefined) mode.write8(this.#again, 1);
      else mode.setWord(AX, key);
    } else if (command === 1) {
      const [key] = this.#keys;
      if (key !== undefined) mode.setWord(AX, key);
      mode.setZero(key === undefined);
    } else if (command === 2) mode.setLow(AX, this.#shift ? 2 : 0);
  }
}

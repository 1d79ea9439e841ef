import type { V86Cpu } from '../internals.js';
import { AX, BP, BX, CX, DX, ES, type RealMode } from './real-mode.js';

const COLUMNS = 80;
const ROWS = 25;
const SCREEN = 0xb8000;
const CURSOR = 0x450;
const NORMAL = 7;
const CRT_INDEX = 0x3d4;
const CRT_DATA = 0x3d5;

/** INT 10: the screen, in text mode 3. */
export class VideoService {
  readonly #mode: RealMode;
  readonly #cpu: V86Cpu;

  constructor(mode: RealMode) {
    this.#mode = mode;
    this.#cpu = mode.cpu;
  }

  clear(): void {
    this.#scroll(0, NORMAL, 0, 0, ROWS - 1, COLUMNS - 1, true);
    this.#place(0, 0);
  }

  print(text: string): void {
    for (const character of text) this.#type(character.charCodeAt(0), NORMAL);
  }

  call(): void {
    const mode = this.#mode;
    const letter = mode.low(AX);
    const command = mode.high(AX);
    if (command === 0x00) this.clear();
    else if (command === 0x02) this.#place(mode.high(DX), mode.low(DX));
    else if (command === 0x03) this.#tellCursor();
    else if (command === 0x06 || command === 0x07) this.#scrollWindow(command === 6);
    else if (command === 0x08) mode.setWord(AX, mode.read16(this.#cell(this.#row, this.#column)));
    else if (command === 0x09) this.#repeat(letter, mode.low(BX), mode.word(CX));
    else if (command === 0x0a) this.#repeat(letter, undefined, mode.word(CX));
    else if (command === 0x0e) this.#type(letter, undefined);
    else if (command === 0x0f) this.#tellMode();
    else if (command === 0x13) this.#string();
  }

  #tellCursor(): void {
    this.#mode.setWord(DX, (this.#row << 8) | this.#column);
    this.#mode.setWord(CX, 0x0607);
  }

  #tellMode(): void {
    this.#mode.setWord(AX, (COLUMNS << 8) | 3);
    this.#mode.setHigh(BX, 0);
  }

  get #row(): number {
    return this.#cpu.read8(CURSOR + 1);
  }

  get #column(): number {
    return this.#cpu.read8(CURSOR);
  }

  #cell(row: number, column: number): number {
    return SCREEN + (row * COLUMNS + column) * 2;
  }

  #place(row: number, column: number): void {
    this.#mode.write8(CURSOR, column);
    this.#mode.write8(CURSOR + 1, row);
    const offset = row * COLUMNS + column;
    this.#cpu.io.port_write8(CRT_INDEX, 0x0e);
    this.#cpu.io.port_write8(CRT_DATA, offset >> 8);
    this.#cpu.io.port_write8(CRT_INDEX, 0x0f);
    this.#cpu.io.port_write8(CRT_DATA, offset & 0xff);
  }

  #put(row: number, column: number, letter: number, attribute: number | undefined): void {
    const at = this.#cell(row, column);
    this.#mode.write8(at, letter);
    if (attribute !== undefined) this.#mode.write8(at + 1, attribute);
  }

  #type(letter: number, attribute: number | undefined): void {
    let row = this.#row;
    let column = this.#column;
    if (letter === 13) column = 0;
    else if (letter === 10) row += 1;
    else if (letter === 8) column = Math.max(0, column - 1);
    else if (letter !== 7) {
      this.#put(row, column, letter, attribute);
      column += 1;
    }
    if (column >= COLUMNS) {
      column = 0;
      row += 1;
    }
    if (row >= ROWS) {
      this.#scroll(1, NORMAL, 0, 0, ROWS - 1, COLUMNS - 1, true);
      row = ROWS - 1;
    }
    this.#place(row, column);
  }

  #repeat(letter: number, attribute: number | undefined, count: number): void {
    const start = this.#row * COLUMNS + this.#column;
    const end = Math.min(start + count, ROWS * COLUMNS);
    for (let cell = start; cell < end; cell++) this.#put(Math.floor(cell / COLUMNS), cell % COLUMNS, letter, attribute);
  }

  #string(): void {
    const mode = this.#mode;
    const withAttributes = mode.low(AX) & 2;
    let at = mode.address(ES, mode.word(BP));
    this.#place(mode.high(DX), mode.low(DX));
    for (let left = mode.word(CX); left > 0; left--) {
      const letter = mode.read8(at++);
      this.#type(letter, withAttributes ? mode.read8(at++) : mode.low(BX));
    }
  }

  #scrollWindow(up: boolean): void {
    const mode = this.#mode;
    this.#scroll(mode.low(AX), mode.high(BX), mode.high(CX), mode.low(CX), mode.high(DX), mode.low(DX), up);
  }

  #scroll(lines: number, attribute: number, top: number, left: number, bottom: number, right: number, up: boolean) {
    const last = Math.min(bottom, ROWS - 1);
    const height = last - top + 1;
    const step = lines === 0 || lines > height ? height : lines;
    for (let index = 0; index < height; index++) {
      const target = up ? top + index : last - index;
      const source = up ? target + step : target - step;
      for (let column = left; column <= Math.min(right, COLUMNS - 1); column++) {
        const inside = source >= top && source <= last;
        const value = inside ? this.#mode.read16(this.#cell(source, column)) : (attribute << 8) | 0x20;
        this.#mode.write16(this.#cell(target, column), value);
      }
    }
  }
}

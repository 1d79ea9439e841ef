// Builds the firmware: `node build.mjs [FOLDER]` makes font.bin from font.txt and qmp-pc.bin from qmp-pc.asm (needs nasm).
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROWS = 16;

/** The 256 characters of 8x16 dots, in code page 437's places. */
export function buildFont(text) {
  const font = new Uint8Array(256 * ROWS);
  for (const line of text.split('\n')) {
    const glyph = /^(.) ((?:[.#]{5} ?){8})$/.exec(line);
    if (glyph) drawGlyph(font, glyph[1].charCodeAt(0), glyph[2].trim().split(' '));
  }
  drawLines(font);
  drawBlocks(font);
  return font;
}

/** Doubles the height; each dot is two wide, so that upright strokes are as heavy as flat ones. */
function drawGlyph(font, code, rows) {
  rows.forEach((row, y) => {
    const dots = Number.parseInt(row.replaceAll('.', '0').replaceAll('#', '1'), 2) << 2;
    const wide = dots | (dots >> 1);
    font[code * ROWS + 2 * y] = wide;
    font[code * ROWS + 2 * y + 1] = wide;
  });
}

/** Which arms the line-drawing characters have, as left, right, up, down: 0 none, 1 single, 2 double. */
const LINES = {
  0xb3: '0011', 0xb4: '1011', 0xb5: '2011', 0xb6: '1022', 0xb7: '1002', 0xb8: '2001', 0xb9: '2022', 0xba: '0022',
  0xbb: '2002', 0xbc: '2020', 0xbd: '1020', 0xbe: '2010', 0xbf: '1001', 0xc0: '0110', 0xc1: '1110', 0xc2: '1101',
  0xc3: '0111', 0xc4: '1100', 0xc5: '1111', 0xc6: '0211', 0xc7: '0122', 0xc8: '0220', 0xc9: '0202', 0xca: '2220',
  0xcb: '2202', 0xcc: '0222', 0xcd: '2200', 0xce: '2222', 0xcf: '2210', 0xd0: '1120', 0xd1: '2201', 0xd2: '1102',
  0xd3: '0120', 0xd4: '0210', 0xd5: '0201', 0xd6: '0102', 0xd7: '1122', 0xd8: '2211', 0xd9: '1010', 0xda: '0101',
};

function drawLines(font) {
  for (const [code, arms] of Object.entries(LINES)) {
    const [left, right, up, down] = [...arms].map(Number);
    const set = (x, y) => {
      font[Number(code) * ROWS + y] |= 0x80 >> x;
    };
    const across = (weight, from, to) => {
      for (let x = from; x <= to; x++) for (const y of weight === 2 ? [6, 9] : weight === 1 ? [7, 8] : []) set(x, y);
    };
    const along = (weight, from, to) => {
      for (let y = from; y <= to; y++) for (const x of weight === 2 ? [2, 5] : weight === 1 ? [3, 4] : []) set(x, y);
    };
    across(left, 0, 4);
    across(right, 3, 7);
    along(up, 0, 8);
    along(down, 7, 15);
  }
}

function drawBlocks(font) {
  const fill = (code, row) => {
    for (let y = 0; y < ROWS; y++) font[code * ROWS + y] = row(y);
  };
  fill(0xb0, (y) => (y & 1 ? 0x22 : 0x88));
  fill(0xb1, (y) => (y & 1 ? 0x55 : 0xaa));
  fill(0xb2, (y) => (y & 1 ? 0xdd : 0x77));
  fill(0xdb, () => 0xff);
  fill(0xdc, (y) => (y > 7 ? 0xff : 0));
  fill(0xdd, () => 0xf0);
  fill(0xde, () => 0x0f);
  fill(0xdf, (y) => (y > 7 ? 0 : 0xff));
  fill(0xfe, (y) => (y > 3 && y < 12 ? 0x7e : 0));
  const arrow = [0x10, 0x38, 0x7c, 0xfe];
  fill(0x18, (y) => (y < 2 ? 0 : (arrow[y - 2] ?? (y < 14 ? 0x38 : 0))));
  fill(0x19, (y) => (y > 13 ? 0 : (arrow[13 - y] ?? (y > 1 ? 0x38 : 0))));
  fill(0x1e, (y) => [0x10, 0x10, 0x38, 0x38, 0x7c, 0x7c, 0xfe, 0xfe][y - 4] ?? 0);
  fill(0x1f, (y) => [0xfe, 0xfe, 0x7c, 0x7c, 0x38, 0x38, 0x10, 0x10][y - 4] ?? 0);
  fill(0x10, (y) => [0xc0, 0xf0, 0xfc, 0xff, 0xff, 0xfc, 0xf0, 0xc0][y - 4] ?? 0);
  fill(0x11, (y) => [0x03, 0x0f, 0x3f, 0xff, 0xff, 0x3f, 0x0f, 0x03][y - 4] ?? 0);
}

/** Builds both files into `target`. */
export function build(source, target) {
  mkdirSync(target, { recursive: true });
  if (target !== source)
    for (const name of readdirSync(source))
      if (/\.(asm|inc)$/.test(name)) copyFileSync(join(source, name), join(target, name));
  writeFileSync(join(target, 'font.bin'), buildFont(readFileSync(join(source, 'font.txt'), 'utf8')));
  execFileSync('nasm', ['-f', 'bin', '-Werror', '-o', 'qmp-pc.bin', 'qmp-pc.asm'], { cwd: target, stdio: 'inherit' });
}

const here = dirname(fileURLToPath(import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) build(here, process.argv[2] ?? here);

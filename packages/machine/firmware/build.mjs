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

/** Which arms the line-drawing characters B3 to DA have, as left, right, up, down: 0 none, 1 single, 2 double. */
const FIRST_LINE = 0xb3;
const LINES = [
  '0011 1011 2011 1022 1002 2001 2022 0022 2002 2020',
  '1020 2010 1001 0110 1110 1101 0111 1100 1111 0211',
  '0122 0220 0202 2220 2202 0222 2200 2222 2210 1120',
  '2201 1102 0120 0210 0201 0102 1122 2211 1010 0101',
].flatMap((row) => row.split(' '));

function drawLines(font) {
  for (const [index, arms] of LINES.entries()) {
    const start = (FIRST_LINE + index) * ROWS;
    const [left, right, up, down] = [...arms].map(Number);
    const set = (x, y) => {
      font[start + y] |= 0x80 >> x;
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

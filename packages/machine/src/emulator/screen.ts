import type { V86Internals, V86Vga } from './internals.js';

/** A picture of the screen: three bytes a dot, rows from the top. */
export interface ScreenPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** v86 builds pictures of graphics modes only when the platform knows ImageData, which Node does not. */
export function prepareScreen(): void {
  if ('ImageData' in globalThis) return;
  Object.defineProperty(globalThis, 'ImageData', {
    configurable: true,
    value: class ImageData {
      readonly data: Uint8ClampedArray;
      readonly width: number;
      readonly height: number;
      constructor(data: Uint8ClampedArray, width: number, height: number) {
        this.data = data;
        this.width = width;
        this.height = height;
      }
    },
  });
}

/** Takes a picture of what the guest shows now. Works while it is stopped. */
export function captureScreen(internals: V86Internals): ScreenPicture {
  const { vga } = internals.v86.cpu.devices;
  const picture = vga.graphical_mode ? captureGraphics(internals, vga) : captureText(vga);
  return picture.width * picture.height > 0 ? picture : dark();
}

/** What a screen shows that no guest has set up yet. */
function dark(): ScreenPicture {
  return { width: 720, height: 400, rgb: new Uint8Array(720 * 400 * 3) };
}

function captureGraphics(internals: V86Internals, vga: V86Vga): ScreenPicture {
  const width = vga.screen_width;
  const height = vga.screen_height;
  const rgb = new Uint8Array(width * height * 3);
  const adapter = internals.screen_adapter;
  const previous = adapter.update_buffer;
  vga.complete_redraw();
  if (!vga.svga_enabled) vga.complete_replot();
  adapter.update_buffer = (layers) => {
    for (const layer of layers) {
      const { data, width: stride } = layer.image_data;
      const right = Math.min(layer.buffer_width, width - layer.screen_x);
      const bottom = Math.min(layer.buffer_height, height - layer.screen_y);
      for (let y = 0; y < bottom; y++) {
        let source = ((layer.buffer_y + y) * stride + layer.buffer_x) * 4;
        let target = ((layer.screen_y + y) * width + layer.screen_x) * 3;
        for (let x = 0; x < right; x++, source += 4, target += 3) {
          rgb[target] = data[source] ?? 0;
          rgb[target + 1] = data[source + 1] ?? 0;
          rgb[target + 2] = data[source + 2] ?? 0;
        }
      }
    }
  };
  try {
    vga.screen_fill_buffer();
  } finally {
    adapter.update_buffer = previous;
  }
  return { width, height, rgb };
}

const FONT_OFFSETS = [0, 2, 4, 6, 1, 3, 5, 7];

function captureText(vga: V86Vga): ScreenPicture {
  const cellHeight = (vga.max_scan_line & 31) + 1;
  const cellWidth = vga.clocking_mode & 1 ? 8 : 9;
  const width = vga.max_cols * cellWidth;
  const height = vga.max_rows * cellHeight;
  const rgb = new Uint8Array(width * height * 3);
  const select = vga.character_map_select;
  const font = vga.plane2.subarray((FONT_OFFSETS[((select & 12) >> 2) | ((select & 32) >> 3)] ?? 0) * 8192);
  const backgrounds = vga.attribute_mode & 8 ? 7 : 15;
  const colour = (index: number) => vga.vga256_palette[vga.dac_mask & (vga.dac_map[index] ?? 0)] ?? 0;
  for (let row = 0; row < vga.max_rows; row++)
    for (let column = 0; column < vga.max_cols; column++) {
      const address = (vga.start_address + row * vga.offset_register * 2 + column) << 1;
      const code = vga.vga_memory[address] ?? 0;
      const attribute = vga.vga_memory[address | 1] ?? 0;
      const ink = colour(attribute & 15);
      const paper = colour((attribute >> 4) & backgrounds);
      const cursor = vga.start_address + row * vga.offset_register * 2 + column === vga.cursor_address;
      for (let y = 0; y < cellHeight; y++) {
        const underCursor = cursor && cursorCovers(vga, y);
        const dots = font[code * 32 + y] ?? 0;
        for (let x = 0; x < cellWidth; x++) {
          const on = underCursor || (x < 8 ? (dots >> (7 - x)) & 1 : code >= 0xc0 && code <= 0xdf && dots & 1);
          const value = on ? ink : paper;
          const target = ((row * cellHeight + y) * width + column * cellWidth + x) * 3;
          rgb[target] = value >> 16;
          rgb[target + 1] = value >> 8;
          rgb[target + 2] = value;
        }
      }
    }
  return { width, height, rgb };
}

function cursorCovers(vga: V86Vga, line: number): boolean {
  const hidden = vga.cursor_scanline_start & 0x20;
  return !hidden && line >= (vga.cursor_scanline_start & 31) && line <= (vga.cursor_scanline_end & 31);
}

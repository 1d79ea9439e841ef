/**
 * Scan codes of set 1 for QEMU's key names (`QKeyCode`). Codes above 0x80 stand for the prefix E0: 0xC8 is sent as E0 48.
 * Source: the IBM PC's keyboard, as its BIOS documents list it.
 */
const ROWS: readonly (readonly [first: number, names: string])[] = [
  [0x01, 'esc 1 2 3 4 5 6 7 8 9 0 minus equal backspace tab'],
  [0x10, 'q w e r t y u i o p bracket_left bracket_right ret ctrl'],
  [0x1e, 'a s d f g h j k l semicolon apostrophe grave_accent shift backslash'],
  [0x2c, 'z x c v b n m comma dot slash shift_r asterisk alt spc caps_lock'],
  [0x3b, 'f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 num_lock scroll_lock'],
  [0x47, 'kp_7 kp_8 kp_9 kp_subtract kp_4 kp_5 kp_6 kp_add kp_1 kp_2 kp_3 kp_0 kp_decimal sysrq'],
  [0x56, 'less f11 f12'],
  [0x90, 'audioprev'],
  [0x99, 'audionext'],
  [0x9c, 'kp_enter ctrl_r'],
  [0xa0, 'audiomute calculator audioplay'],
  [0xa4, 'audiostop'],
  [0xae, 'volumedown'],
  [0xb0, 'volumeup'],
  [0xb2, 'ac_home'],
  [0xb5, 'kp_divide'],
  [0xb7, 'print alt_r'],
  [0xc6, 'pause home up pgup'],
  [0xcb, 'left'],
  [0xcd, 'right'],
  [0xcf, 'end down pgdn insert delete'],
  [0xdb, 'meta_l meta_r compose power sleep'],
  [0xe3, 'wake'],
  [0xe5, 'find ac_bookmarks ac_refresh stop ac_forward ac_back computer mail mediaselect'],
  [0x70, 'katakanahiragana'],
  [0x73, 'ro'],
  [0x77, 'hiragana'],
  [0x79, 'henkan'],
  [0x7b, 'muhenkan'],
  [0x7d, 'yen kp_comma'],
];

const CODES: ReadonlyMap<string, number> = new Map(
  ROWS.flatMap(([first, names]) => names.split(' ').map((name, index): [string, number] => [name, first + index])),
).set('kp_multiply', 0x37);

/** The key's number, as `send-key` takes numbers; undefined for a key that no PC keyboard has. */
export function keyNumber(name: string): number | undefined {
  return CODES.get(name);
}

export function isKeyName(name: string): boolean {
  return CODES.has(name);
}

/** What the keyboard sends when a key goes down or up. */
export function scancodesOf(key: number, down: boolean): number[] {
  const code = (key & 0x7f) | (down ? 0 : 0x80);
  return key & 0x80 ? [0xe0, code] : [code];
}

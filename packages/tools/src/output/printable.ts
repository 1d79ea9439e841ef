/**
 * Makes text from a peer safe for a terminal: control characters, which could move the cursor or change its title,
 * become visible. Newlines and tabs stay.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x20 ? `^${String.fromCharCode(code + 64)}` : `\\x${code.toString(16)}`;
  });
}

/** How many rows text takes on a terminal, colours not counted. */
export function height(text: string, columns: number): number {
  let rows = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
  const plain = text.replace(/\u001b\[[\d;]*m/g, '').replace(/\n$/, '');
  for (const line of plain.split('\n')) rows += Math.max(1, Math.ceil(line.length / columns));
  return rows;
}

/** A number of bytes for a person: `1.5 GiB`. */
export function byteSize(bytes: number | bigint): string {
  let value = Number(bytes);
  if (value < 1024) return `${value} B`;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A span of time for a person: `350 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

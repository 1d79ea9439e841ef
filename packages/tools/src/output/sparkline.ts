const bars = '▁▂▃▄▅▆▇█';
const plainBars = '_.-=+*#@';

/** Draws the last values as bars, the highest of them as a full one. */
export function sparkline(values: readonly number[], width: number, unicode: boolean): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const top = Math.max(...shown, 0);
  const signs = unicode ? bars : plainBars;
  return shown.map((value) => signs[top === 0 ? 0 : Math.round((value / top) * (signs.length - 1))]).join('');
}

/** Tells whether the locale can show more than ASCII. */
export function unicodeTerminal(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale);
}

import * as colors from 'yoctocolors';

/** Paints text by what it is, never by a colour's name. */
export interface Theme {
  readonly name: (text: string) => string;
  readonly string: (text: string) => string;
  readonly number: (text: string) => string;
  readonly literal: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly event: (text: string) => string;
  readonly error: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly faint: (text: string) => string;
  /** The chosen one of several; the text ends in a blank. */
  readonly selected: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colours: files, pipes, `NO_COLOR`, dumb terminals. */
export const plainTheme: Theme = {
  name: plain,
  string: plain,
  number: plain,
  literal: plain,
  heading: plain,
  event: plain,
  error: plain,
  good: plain,
  warning: plain,
  faint: plain,
  selected: (text) => text.replace(/ $/, '<'),
};

const colored: Theme = {
  name: colors.cyan,
  string: colors.green,
  number: colors.yellow,
  literal: colors.magenta,
  heading: colors.bold,
  event: colors.blue,
  error: colors.red,
  good: colors.green,
  warning: colors.yellow,
  faint: colors.dim,
  selected: colors.inverse,
};

/**
 * The theme for a stream: colours on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; `FORCE_COLOR` asks for
 * them anywhere.
 */
export function themeFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Theme {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return plainTheme;
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  return forced || (stream.isTTY === true && env.TERM !== 'dumb') ? colored : plainTheme;
}

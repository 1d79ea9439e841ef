import type { Feature } from './model.js';

/** One difference between two schemas. */
export interface Change {
  /**
   * What happened: something new, something gone, a type that takes fewer or more values, a type that is another one,
   * or a warning that something will go.
   */
  readonly kind: 'added' | 'removed' | 'narrowed' | 'widened' | 'changed' | 'deprecated';
  /** The command or event, then the way to the place, such as `blockdev-add.file.filename`. */
  readonly path: string;
  /** The type that it happened in, when it has a name of its own. */
  readonly type?: string;
  readonly message: string;
  /** Whether a client that was written for the old schema can no longer rely on a server with the new one. */
  readonly breaksClient: boolean;
  /** Whether a server that was written for the old schema no longer suffices for clients of the new one. */
  readonly breaksServer: boolean;
  /** Whether it concerns only what was never promised: marked `unstable`, or named `x-…`. */
  readonly unstable: boolean;
}

/** The outcome of comparing two schemas. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Whether clients of the old schema work with servers of the new one, as far as stable parts go. */
  readonly client: Verdict;
  /** Whether servers of the old schema serve clients of the new one, as far as stable parts go. */
  readonly server: Verdict;
}

export type Verdict = 'compatible' | 'incompatible';

/** Which way a value goes: from the client (arguments) or to it (return values, event data). */
export type Direction = 'sent' | 'received';

/** Whom a change breaks: `client` and `server` as in {@link Change}. */
export interface Breaks {
  readonly client: boolean;
  readonly server: boolean;
}

/** More becomes possible where the client sends, or less where it receives: old clients are safe. */
export function breaksWhenWidened(direction: Direction): Breaks {
  return { client: direction === 'received', server: direction === 'sent' };
}

/** The opposite of {@link breaksWhenWidened}. */
export function breaksWhenNarrowed(direction: Direction): Breaks {
  return { client: direction === 'sent', server: direction === 'received' };
}

/** Whether nothing is promised of a thing. */
export function isUnstable(thing: { readonly name: string; readonly features: readonly Feature[] }): boolean {
  return thing.name.startsWith('x-') || thing.features.some((feature) => feature.name === 'unstable');
}

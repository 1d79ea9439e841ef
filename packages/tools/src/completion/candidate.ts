import type { Literal } from '../language/literal.js';
import type { ServerSchema } from '../schema/server-schema.js';
import type { Lookup } from './lookup-kind.js';

/** One way to go on. */
export interface Candidate {
  /** The whole word with the completion. */
  readonly text: string;
  /** What follows when this is the only candidate: a blank, `=` or `.`. */
  readonly suffix: string;
  /** Its type or kind, for a list of candidates. */
  readonly note?: string;
}

export interface Completion {
  /** Where in the text the completed word starts. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** What completion knows of the server. */
export interface CompletionSource {
  readonly schema: ServerSchema | undefined;
  /** Command names for a server that shows no schema. */
  readonly commandNames: readonly string[];
  /** The shell's own commands, without the dot. */
  readonly localNames: readonly string[];
  readonly lookup: Lookup;
  /** Gets into the schema what it does not tell of a command by itself: the properties of the device that is given. */
  readonly learn: Learn;
}

/** Resolves when what can be known is known. Never rejects. */
export type Learn = (command: string, given: (argument: string) => string | undefined) => Promise<void>;

/** The candidates that go on from what is typed, each once. */
export function select(from: number, typed: string, candidates: readonly Candidate[]): Completion {
  const seen = new Set<string>();
  const fits = candidates.filter(({ text }) => text.startsWith(typed) && !seen.has(text) && seen.add(text));
  return { from, candidates: fits };
}

/** The text of a typed string. */
export function textOf(literal: Literal | undefined): string | undefined {
  return literal?.kind === 'word' || literal?.kind === 'quoted' ? literal.text : undefined;
}

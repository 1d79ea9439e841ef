import type { Case, Step } from './case.js';

/** What to send; `record` (on the connection of that name) is where the answer is written down. */
export type RecipeStep = 'record' | (Step & { readonly record?: true });

/** A case before it is recorded. */
export interface RecipeCase extends Omit<Case, 'steps' | 'needs'> {
  readonly steps: readonly RecipeStep[];
}

/** A group of cases to record. */
export interface Recipe {
  readonly group: string;
  readonly description: string;
  readonly cases: readonly RecipeCase[];
}

/** A case that sends one text and records the answer. */
export function one(name: string, send: string, rest: Partial<RecipeCase> = {}): RecipeCase {
  return { name, layer: 'wire', steps: [{ send }, 'record'], ...rest };
}

/** A case that sends bytes, in hex, and records the answer. */
export function bytes(name: string, hex: string, rest: Partial<RecipeCase> = {}): RecipeCase {
  return { name, layer: 'wire', steps: [{ sendHex: hex }, 'record'], ...rest };
}

/** One case for each entry of an object: its name and the text to send. */
export function each(texts: Readonly<Record<string, string>>, rest: Partial<RecipeCase> = {}): RecipeCase[] {
  return Object.entries(texts).map(([name, text]) => one(name, text, rest));
}

/** A command as text. */
export function command(name: string, args?: unknown, id?: unknown): string {
  return JSON.stringify({
    execute: name,
    ...(args !== undefined && { arguments: args }),
    ...(id !== undefined && { id }),
  });
}

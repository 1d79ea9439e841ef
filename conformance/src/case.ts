/** The format of recorded cases. `docs/conformance.md` says what each member means. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A text, or parts of one to be joined. */
export type Text =
  | string
  | readonly (
      | string
      | { readonly repeat: string; readonly times: number }
      | { readonly hex: string; readonly times?: number }
    )[];

export type Start = 'none' | 'raw' | 'greeted' | 'negotiated' | 'oob';
export type Layer = 'wire' | 'schema' | 'machine';

/** What server a case wants. */
export interface Launch {
  readonly server?: 'qemu' | 'qsd';
  readonly pretty?: boolean;
  readonly monitors?: number;
  readonly compat?: string;
  readonly args?: readonly string[];
  readonly inject?: boolean;
  readonly run?: boolean;
  readonly fresh?: boolean;
}

/** What one step does is told by the one member it has beside the modifiers. */
export interface Step {
  readonly on?: string;
  readonly afterMs?: number;
  readonly timeoutMs?: number;
  readonly send?: Text;
  readonly sendHex?: string;
  readonly chunk?: number;
  readonly chunkDelayMs?: number;
  readonly passFd?: string;
  readonly expect?: readonly Json[];
  readonly expectUnordered?: readonly Json[];
  readonly expectInterleaved?: readonly (readonly Json[])[];
  readonly expectRaw?: Text;
  readonly quietMs?: number;
  readonly eof?: boolean;
  readonly open?: string;
  readonly monitor?: number;
  readonly start?: Start;
  readonly close?: string;
  readonly halfClose?: string;
  readonly sleepMs?: number;
  readonly fifo?: string;
  readonly release?: string;
  readonly data?: string;
  readonly file?: string;
  readonly text?: string;
  readonly hex?: string;
  readonly size?: number;
  readonly inject?: { readonly event: string; readonly data?: { [name: string]: Json } };
  readonly advanceMs?: number;
}

export interface Case {
  readonly name: string;
  readonly layer: Layer;
  readonly needs?: readonly string[];
  readonly tags?: readonly string[];
  readonly start?: Start;
  readonly launch?: Launch;
  readonly ignoreEvents?: readonly string[];
  readonly steps: readonly Step[];
  readonly notes?: string;
}

export interface Group {
  readonly group: string;
  readonly description: string;
  readonly recorded?: string;
  readonly cases: readonly Case[];
}

/** The server behaved otherwise than recorded. */
export class Failure extends Error {}

/** The case cannot be tried against this server. The message says why and is counted. */
export class Skip extends Error {}

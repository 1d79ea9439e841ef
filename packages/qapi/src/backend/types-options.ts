import type { Defines } from './conditions.js';

/** What `generateTypes` can be told. */
export interface TypesOptions {
  /** Symbols of the build; by default everything is emitted, and what is conditional is marked so. @default 'all' */
  readonly defines?: Defines;
  /** Whether the schema's documentation becomes doc comments. @default true */
  readonly docs?: boolean;
  /** The type of `any` values: its name and the module that exports it. @default unknown */
  readonly anyType?: { readonly name: string; readonly from: string };
  /** What the files were made from, for their first line, such as `QEMU 10.2.0`. */
  readonly source?: string;
}

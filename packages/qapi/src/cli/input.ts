import { statSync } from 'node:fs';
import type { Dialect } from '../language/dialect.js';
import { renderFinding } from '../language/format.js';
import type { ReadResult } from '../language/source.js';
import { compile } from '../schema/compile.js';
import { fromIntrospection } from '../schema/from-introspection.js';
import type { Schema } from '../schema/model.js';
import { SchemaError, UsageError } from './errors.js';
import { readReply } from './live.js';
import { readSchemaFile } from './read-file.js';

/** A schema, and the files that it was read from. */
export interface Input {
  readonly schema: Schema;
  /** What to watch; nothing for a live server. */
  readonly files: readonly string[];
}

/** How an input is read. */
export interface InputOptions {
  readonly dialect?: Dialect;
  /** A schema that lends its names to the masked types of a server's reply. */
  readonly near?: string;
}

/**
 * Reads a schema from where the user says: a schema file, a saved reply to `query-qmp-schema`, or the address of a
 * server.
 */
export async function readInput(place: string, options: InputOptions): Promise<Input> {
  if (isAddress(place)) return { schema: fromReply(await readReply(place), place, options), files: [] };
  // What may be a saved reply is read once: a pipe cannot be read again.
  const main = readSchemaFile(place);
  if ('text' in main && /^\s*(\[|\{\s*")/.test(main.text)) {
    return { schema: fromReply(parseReply(main.text, place), place, options), files: [place] };
  }
  return readSchema(place, options.dialect ?? 'auto', main);
}

/** Compiles a schema file. */
export function readSchema(path: string, dialect: Dialect, main: ReadResult = readSchemaFile(path)): Input {
  const read = (asked: string) => (asked === path ? main : readSchemaFile(asked));
  const { schema, findings, files } = compile(read, path, { dialect });
  const [first] = findings;
  if (first?.code === 'unreadable-main') throw new UsageError(first.message);
  if (!schema) throw new SchemaError(findings.map(renderFinding).join('\n'), { cause: files });
  return { schema, files };
}

function isAddress(place: string): boolean {
  if (/^(unix|tcp|fd|pipe):/.test(place) || /^[\w.-]+:\d+$/.test(place)) return true;
  return statSync(place, { throwIfNoEntry: false })?.isSocket() ?? false;
}

function parseReply(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SchemaError(`${path}:1:1: not a reply to query-qmp-schema: ${(error as Error).message}`);
  }
}

function fromReply(reply: unknown, place: string, { near, dialect = 'auto' }: InputOptions): Schema {
  const list = typeof reply === 'object' && reply !== null && 'return' in reply ? reply.return : reply;
  const known = near === undefined ? undefined : readSchema(near, dialect).schema;
  const { schema, findings } = fromIntrospection(list, known);
  if (!schema) throw new SchemaError(findings.map((finding) => `${place}:1:1: ${finding.message}`).join('\n'));
  return schema;
}

import type { Finding } from '../language/finding.js';
import type { Schema } from './model.js';

/** The outcome of {@link fromIntrospection}. */
export interface FromIntrospectionResult {
  /** The server's schema, absent when the reply is not one. */
  readonly schema?: Schema;
  /** What is wrong with the reply. */
  readonly findings: readonly Finding[];
  /** The readable name given to each masked one. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Builds a schema from a server's reply to `query-qmp-schema` (the list itself).
 *
 * Masked types get their names back by walking `near`, a schema of about the same version, in step; what it does not
 * have is named after its first use.
 */
export function fromIntrospection(_reply: unknown, _near?: Schema): FromIntrospectionResult {
  return { findings: [], names: new Map() };
}

import type { DocSection } from '../language/syntax.js';
import type { EntityBase, Schema } from '../schema/model.js';

/** The documentation of a definition, by part. All texts are reStructuredText as the schema has them. */
export interface EntityDoc {
  readonly body: string;
  readonly members: ReadonlyMap<string, string>;
  readonly features: ReadonlyMap<string, string>;
  readonly returns: string;
  readonly errors: string;
  readonly since: string | undefined;
  /** What follows the tagged parts: further paragraphs, notes and examples, in text order. */
  readonly rest: readonly DocSection[];
}

const cache = new WeakMap<EntityBase, EntityDoc>();

/** Sorts the documentation of a definition by part. */
export function documentation(entity: EntityBase): EntityDoc {
  let doc = cache.get(entity);
  if (!doc) {
    doc = sort(entity);
    cache.set(entity, doc);
  }
  return doc;
}

function sort(entity: EntityBase): EntityDoc {
  const [overview, ...parts] = entity.doc?.sections ?? [];
  const named = (kind: string) =>
    new Map(parts.filter((part) => part.kind === kind).map((part) => [part.name ?? '', part.text]));
  const text = (kind: string) =>
    parts
      .filter((part) => part.kind === kind)
      .map((part) => part.text)
      .join('\n\n');
  return {
    body: overview?.text ?? '',
    members: named('member'),
    features: named('feature'),
    returns: text('returns'),
    errors: text('errors'),
    since: entity.since,
    rest: parts.filter((part) => part.kind === 'plain' || part.kind === 'note' || part.kind === 'example'),
  };
}

/** The free-form documentation of each module. */
export function freeForm(schema: Schema): readonly string[] {
  return schema.docs
    .filter((doc) => doc.symbol === undefined)
    .map((doc) => doc.sections.map((part) => part.text).join('\n\n'));
}

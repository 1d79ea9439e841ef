import type { DocSection } from '../language/syntax.js';
import type { EntityBase } from '../schema/model.js';

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

const NOTHING: EntityDoc = {
  body: '',
  members: new Map(),
  features: new Map(),
  returns: '',
  errors: '',
  since: undefined,
  rest: [],
};

function sort({ doc, since }: EntityBase): EntityDoc {
  if (!doc) return NOTHING;
  const [overview, ...parts] = doc.sections;
  const members = new Map<string, string>();
  const features = new Map<string, string>();
  const returns: string[] = [];
  const errors: string[] = [];
  const rest: DocSection[] = [];
  for (const part of parts) {
    if (part.kind === 'member') members.set(part.name ?? '', part.text);
    else if (part.kind === 'feature') features.set(part.name ?? '', part.text);
    else if (part.kind === 'returns') returns.push(part.text);
    else if (part.kind === 'errors') errors.push(part.text);
    else if (part.kind !== 'since' && part.kind !== 'todo') rest.push(part);
  }
  const body = overview?.text ?? '';
  return { body, members, features, returns: returns.join('\n\n'), errors: errors.join('\n\n'), since, rest };
}

import type { DocSection } from '../language/syntax.js';
import type { EntityBase } from '../schema/model.js';
import { NO_PROSE, Prose } from './prose.js';

/** The documentation of a definition, by part. All texts are reStructuredText as the schema has them. */
export interface EntityDoc {
  readonly body: Prose;
  readonly members: ReadonlyMap<string, Prose>;
  readonly features: ReadonlyMap<string, Prose>;
  readonly returns: Prose;
  readonly errors: Prose;
  readonly since: string | undefined;
  /** What follows the tagged parts: further paragraphs, notes and examples, in text order. */
  readonly rest: readonly Prose[];
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
  body: NO_PROSE,
  members: new Map(),
  features: new Map(),
  returns: NO_PROSE,
  errors: NO_PROSE,
  since: undefined,
  rest: [],
};

function sort({ doc, since }: EntityBase): EntityDoc {
  if (!doc) return NOTHING;
  const { sections } = doc;
  const members = new Map<string, Prose>();
  let features: Map<string, Prose> | undefined;
  let returns = '';
  let errors = '';
  const rest: Prose[] = [];
  for (let index = 1; index < sections.length; index++) {
    const part = sections[index];
    if (part === undefined) continue;
    if (part.kind === 'member') members.set(part.name ?? '', new Prose(part.text));
    else if (part.kind === 'feature') {
      features ??= new Map();
      features.set(part.name ?? '', new Prose(part.text));
    } else if (part.kind === 'returns') returns = returns === '' ? part.text : `${returns}\n\n${part.text}`;
    else if (part.kind === 'errors') errors = errors === '' ? part.text : `${errors}\n\n${part.text}`;
    else if (part.kind !== 'since' && part.kind !== 'todo') rest.push(restOf(part));
  }
  return {
    body: new Prose(sections[0]?.text ?? ''),
    members,
    features: features ?? NOTHING.features,
    returns: returns === '' ? NO_PROSE : new Prose(returns),
    errors: errors === '' ? NO_PROSE : new Prose(errors),
    since,
    rest,
  };
}

/** An example of the older dialects is literal text. */
function restOf({ kind, text }: DocSection): Prose {
  return new Prose(kind === 'example' ? `Example::\n\n${text.replace(/^/gm, '  ')}` : text);
}

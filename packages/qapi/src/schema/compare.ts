import { type Change, type Comparison, isUnstable, type Verdict } from './change.js';
import { TypeComparison } from './compare-types.js';
import type { Command, Condition, Feature, Schema, SchemaEvent } from './model.js';

/** What {@link compareSchemas} can be told. */
export interface CompareOptions {
  /** Decides what exists in the builds that are compared; by default everything does. */
  readonly exists?: (condition: Condition | undefined) => boolean;
}

/**
 * Compares two schemas, an old one and a new one, command by command and event by event.
 *
 * Types are followed from there and compared by what they allow, whatever their names; each pair of types is reported
 * once for each direction, at the first place where it is met. New values of an enum that a client receives break
 * nothing: QEMU promises only the other direction.
 */
export function compareSchemas(before: Schema, after: Schema, options: CompareOptions = {}): Comparison {
  const changes: Change[] = [];
  const exists = options.exists ?? (() => true);
  const types = new TypeComparison({ exists, widths: hasWidths(before) && hasWidths(after) }, (change) =>
    changes.push(change),
  );
  compareEach(before.commands, after.commands, exists, changes, (old, now) => compareCommand(old, now, types));
  compareEach(before.events, after.events, exists, changes, (old, now) => compareEvent(old, now, types));
  return { changes, client: verdict(changes, 'breaksClient'), server: verdict(changes, 'breaksServer') };
}

/** A server's description of itself folds all integers into one type; then widths cannot be compared. */
function hasWidths({ commands, events }: Schema): boolean {
  return [...commands.values(), ...events.values()].some((definition) => definition.position !== undefined);
}

function verdict(changes: readonly Change[], breaks: 'breaksClient' | 'breaksServer'): Verdict {
  return changes.some((change) => change[breaks] && !change.unstable) ? 'incompatible' : 'compatible';
}

type Definition = Command | SchemaEvent;

function compareEach<D extends Definition>(
  before: ReadonlyMap<string, D>,
  after: ReadonlyMap<string, D>,
  exists: (condition: Condition | undefined) => boolean,
  changes: Change[],
  compare: (old: D, now: D) => void,
): void {
  const present = (definition: D | undefined) => (definition && exists(definition.condition) ? definition : undefined);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = present(before.get(name));
    const now = present(after.get(name));
    if (old && now) compare(old, now);
    else if (old) changes.push(removed(old));
    else if (now) changes.push(added(now));
  }
}

function added(definition: Definition): Change {
  const { kind, name } = definition;
  return {
    kind: 'added',
    path: name,
    message: `new ${kind}`,
    breaksClient: false,
    breaksServer: true,
    unstable: isUnstable(definition),
  };
}

function removed(definition: Definition): Change {
  const { kind, name } = definition;
  const message = isDeprecated(definition) ? `${kind} is gone, as its deprecation announced` : `${kind} is gone`;
  return {
    kind: 'removed',
    path: name,
    message,
    breaksClient: true,
    breaksServer: false,
    unstable: isUnstable(definition),
  };
}

function compareCommand(old: Command, now: Command, types: TypeComparison): void {
  const unstable = isUnstable(old);
  const at = types.place(old.name, unstable);
  at.features(old.features, now.features);
  if (old.allowOob !== now.allowOob) {
    if (now.allowOob) at.report('widened', 'can be executed out-of-band now', { client: false, server: true });
    else at.report('narrowed', 'can no longer be executed out-of-band', { client: true, server: false });
  }
  if (old.successResponse !== now.successResponse) {
    at.report('changed', now.successResponse ? 'replies now' : 'no longer replies', { client: true, server: true });
  }
  at.data(old.arguments, now.arguments, 'sent', old.gen && now.gen);
  at.returns(old.returns, now.returns);
}

function compareEvent(old: SchemaEvent, now: SchemaEvent, types: TypeComparison): void {
  const at = types.place(old.name, isUnstable(old));
  at.features(old.features, now.features);
  at.data(old.arguments, now.arguments, 'received', true);
}

function isDeprecated(thing: { readonly features: readonly Feature[] }): boolean {
  return thing.features.some((feature) => feature.name === 'deprecated');
}

/** Names that stand beside each other must differ, `-` and `_` being the same. */

import type { Finding } from '../language/finding.js';
import { describePart, type Part } from './describe.js';
import type { Entity, Feature } from './model.js';
import { clashName } from './names.js';
import { findingAtStart, findingIn, type Subject } from './reporter.js';

/** Names already used beside each other, in their clash form. A branch sees those of its union, not the reverse. */
export class Seen {
  readonly #outer: Seen | undefined;
  readonly #parts = new Map<string, Part>();

  constructor(outer?: Seen) {
    this.#outer = outer;
  }

  /** The part that has a name, or one that looks the same. */
  get(name: string): Part | undefined {
    return this.#find(clashName(name));
  }

  #find(name: string): Part | undefined {
    const part = this.#parts.get(name);
    return part === undefined && this.#outer !== undefined ? this.#outer.#find(name) : part;
  }

  /**
   * Enters a part; returns a finding when its name is used.
   *
   * @param offset where the name stands, when that is in the definition that is checked.
   */
  add(part: Part, subject: Subject, offset?: number): Finding | undefined {
    const name = clashName(part.name);
    const other = this.#find(name);
    if (other === undefined) {
      this.#parts.set(name, part);
      return undefined;
    }
    const message = `${describePart(part, subject)} collides with ${describePart(other, subject)}`;
    return offset === undefined
      ? findingAtStart(subject, 'name-clash', message)
      : findingIn(subject, 'name-clash', message, offset);
  }
}

/** Findings about features of the same name. */
export function featureClashes(features: readonly Feature[], owner: Entity, subject: Subject): readonly Finding[] {
  if (features.length < 2) return NONE;
  const seen = new Seen();
  const findings = features.map(({ name }) => seen.add({ name, role: 'feature', owner }, subject));
  return findings.filter((finding) => finding !== undefined);
}

const NONE: readonly Finding[] = [];

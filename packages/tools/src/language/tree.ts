import { InputError, type Span } from './input-error.js';
import type { Literal, Member } from './literal.js';
import type { Pair } from './statement.js';

interface Branch {
  span: Span;
  readonly entries: Map<string, { span: Span; value: Literal | Branch }>;
}

/**
 * Folds `a.b=1 a.c=2` into one value for each first name. A key may also extend a bracketed value: `a={"b":1} a.c=2`.
 *
 * @throws {InputError} when a key is given twice, or is both a value and a parent.
 */
export function foldPairs(pairs: readonly Pair[]): readonly Member[] {
  const root: Branch = { span: { at: 0, end: 0 }, entries: new Map() };
  for (const pair of pairs) insert(root, pair);
  return membersOf(root);
}

function insert(root: Branch, pair: Pair): void {
  const names = splitKey(pair.key);
  if (names.some((name) => name === '')) throw new InputError(`'${pair.key}' has an empty part`, pair.keySpan);
  let branch = root;
  for (const name of names.slice(0, -1)) branch = descend(branch, name, pair);
  const last = names.at(-1) ?? '';
  if (branch.entries.has(last)) throw new InputError(`'${pair.key}' is given twice`, pair.keySpan);
  branch.entries.set(last, { span: pair.keySpan, value: pair.value });
}

/** Names are separated by dots; a vendor's name (`__com.example_x`) keeps those before its underscore. */
export function splitKey(key: string): string[] {
  const names: string[] = [];
  let rest = key;
  while (true) {
    const vendor = /^__[\w.-]*?_[^.]*/.exec(rest)?.[0];
    const dot = rest.indexOf('.', vendor?.length ?? 0);
    if (dot < 0) return [...names, rest];
    names.push(rest.slice(0, dot));
    rest = rest.slice(dot + 1);
  }
}

function descend(branch: Branch, name: string, pair: Pair): Branch {
  const entry = branch.entries.get(name);
  if (entry === undefined) {
    const child: Branch = { span: pair.keySpan, entries: new Map() };
    branch.entries.set(name, { span: pair.keySpan, value: child });
    return child;
  }
  if (isBranch(entry.value)) return entry.value;
  if (entry.value.kind !== 'members') {
    throw new InputError(`'${name}' has a value already, so '${pair.key}' cannot be inside it`, pair.keySpan);
  }
  const child: Branch = { span: entry.span, entries: new Map() };
  for (const member of entry.value.members)
    child.entries.set(member.name, { span: member.nameSpan, value: member.value });
  entry.value = child;
  return child;
}

function membersOf(branch: Branch): Member[] {
  return [...branch.entries].map(([name, { span, value }]) => ({
    name,
    nameSpan: span,
    value: isBranch(value) ? literalOf(value) : value,
  }));
}

/** Names `0`, `1`, `2` … without a gap make a list. */
function literalOf(branch: Branch): Literal {
  const members = membersOf(branch);
  const byIndex = new Map(members.map((member) => [member.name, member.value]));
  const items = members.map((_, index) => byIndex.get(String(index)));
  if (items.every((item) => item !== undefined)) return { kind: 'list', items, ...branch.span };
  return { kind: 'members', members, ...branch.span };
}

function isBranch(value: Literal | Branch): value is Branch {
  return 'entries' in value;
}

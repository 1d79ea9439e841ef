import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Case } from '#conformance/case.js';
import { home } from '#conformance/home.js';
import { judge, readLedger } from '#conformance/ledger.js';
import { type Outcome, readGroups } from '#conformance/run.js';

const outcome = (name: string, result: Outcome['result']): Outcome => ({
  group: 'g',
  case: { name, layer: 'wire', steps: [] } satisfies Case,
  result,
  why: '',
});
const entry = (target: string, name: string) => ({ target, name: `g/${name}`, reason: 'x' });

test('a failure that is not listed is unexpected, a listed one is known, a listed case that passes is a surprise', () => {
  const outcomes = [outcome('a', 'fail'), outcome('b', 'fail'), outcome('c', 'pass'), outcome('d', 'pass')];
  const verdict = judge(outcomes, [entry('t', 'b'), entry('t', 'c'), entry('other', 'd')], 't');
  const names = (list: readonly Outcome[]) => list.map((each) => each.case.name);
  assert.deepEqual([names(verdict.unexpected), names(verdict.known), names(verdict.surprises)], [['a'], ['b'], ['c']]);
});

test('every line of the ledger names a case that exists and a reason, and none is of layer wire or schema', () => {
  const cases = new Map<string, string>(
    readGroups([join(home, 'cases/public'), join(home, 'cases/own')]).flatMap((group) =>
      group.cases.map((each) => [`${group.group}/${each.name}`, each.layer] as const),
    ),
  );
  for (const { target, name } of readLedger(join(home, 'known-failures.txt'))) {
    assert.ok(cases.has(name), `${name} is no case`);
    if (target === 'reference') assert.equal(cases.get(name), 'machine', name);
  }
});

test('case names are unique within their group', () => {
  for (const { group, cases } of readGroups([join(home, 'cases/public'), join(home, 'cases/own')])) {
    assert.equal(new Set(cases.map((each) => each.name)).size, cases.length, group);
  }
});

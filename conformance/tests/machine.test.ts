import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { namedTarget, report } from '#conformance/cli.js';
import { home } from '#conformance/home.js';
import { judge, readLedger } from '#conformance/ledger.js';
import { readGroups, runGroups } from '#conformance/run.js';

const ledger = readLedger(join(home, 'known-failures.txt'));
const listed = new Set(ledger.filter((entry) => entry.target === 'machine').map((entry) => entry.name));

// The layer `machine` starts a PC for nearly each case, which takes minutes: `node conformance/run.mjs --target machine`.
test('the embedded PC answers the wire and schema cases whose commands it has as QEMU does', async () => {
  const groups = readGroups([join(home, 'cases/public'), join(home, 'cases/own')]).map((group) => ({
    ...group,
    cases: group.cases.filter((each) => !listed.has(`${group.group}/${each.name}`)),
  }));
  const outcomes = await runGroups(groups, namedTarget('machine'), { layers: ['wire', 'schema'] }, 2);
  const verdict = judge(outcomes, ledger, 'machine');
  assert.equal(verdict.unexpected.length, 0, report(outcomes, verdict));
  // Only what this program cannot be launched with, or the commands it lacks, may be skipped.
  for (const { result, why } of outcomes)
    if (result === 'skip') assert.match(why, /lacks the command|cannot be launched/);
  assert.ok(outcomes.filter(({ result }) => result === 'pass').length > 1000);
});

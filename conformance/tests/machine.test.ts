import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { namedTarget, report } from '#conformance/cli.js';
import { home } from '#conformance/home.js';
import { judge, readLedger } from '#conformance/ledger.js';
import { readGroups, runGroups } from '#conformance/run.js';

const ledger = readLedger(join(home, 'known-failures.txt'));
const listed = new Set(ledger.filter((entry) => entry.target === 'machine').map((entry) => entry.name));

const groups = readGroups([join(home, 'cases/public'), join(home, 'cases/own')]).map((group) => ({
  ...group,
  cases: group.cases.filter((each) => !listed.has(`${group.group}/${each.name}`)),
}));

/** Groups of the layer `machine` about the protocol. Those about devices start a PC for nearly each case, and take longer. */
const protocol = [
  ...['events', 'event-throttle', 'own-events', 'compat', 'own-policies', 'preconfig'],
  ...['oob-flow', 'own-flow', 'oob-errors', 'monitors', 'reconnect', 'pretty'],
  ...['own-throttle', 'own-queue', 'own-preconfig'],
];

for (const [what, filter, atLeast] of [
  ['the wire and schema cases', { layers: ['wire', 'schema'] }, 1000],
  ['the cases of flow, events and policies', { layers: ['machine'], groups: protocol }, 90],
] as const) {
  test(`the embedded PC answers ${what} whose commands it has as QEMU does`, async () => {
    const outcomes = await runGroups(groups, namedTarget('machine'), filter, 2);
    const verdict = judge(outcomes, ledger, 'machine');
    assert.equal(verdict.unexpected.length, 0, report(outcomes, verdict));
    // Only what this program cannot be launched with, or the commands it lacks, may be skipped.
    for (const { result, why } of outcomes)
      if (result === 'skip') assert.match(why, /lacks the command|cannot be launched/);
    assert.ok(outcomes.filter(({ result }) => result === 'pass').length > atLeast);
  });
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { namedTarget, report } from '#conformance/cli.js';
import { home } from '#conformance/home.js';
import { judge, readLedger } from '#conformance/ledger.js';
import { readGroups, runGroups } from '#conformance/run.js';

const ledger = readLedger(join(home, 'known-failures.txt'));
const listed = new Set(ledger.filter((entry) => entry.target === 'reference').map((entry) => entry.name));

/** The cases of a layer that the ledger does not list; `node conformance/run.mjs` runs those too. */
function unlisted(layer: string) {
  return readGroups([join(home, 'cases/public'), join(home, 'cases/own')]).map((group) => ({
    ...group,
    cases: group.cases.filter((each) => each.layer === layer && !listed.has(`${group.group}/${each.name}`)),
  }));
}

for (const layer of ['wire', 'schema', 'machine']) {
  test(`the reference monitor answers the recorded cases of layer ${layer} as QEMU does`, async () => {
    const outcomes = await runGroups(unlisted(layer), namedTarget('reference'), {}, 4);
    const verdict = judge(outcomes, ledger, 'reference');
    const passed = outcomes.filter((outcome) => outcome.result === 'pass').length;
    assert.equal(verdict.unexpected.length, 0, report(outcomes, verdict));
    assert.equal(passed, outcomes.length, 'nothing may be skipped');
  });
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { namedTarget, report } from '#conformance/cli.js';
import { home } from '#conformance/home.js';
import { judge, readLedger } from '#conformance/ledger.js';
import { readGroups, runGroups } from '#conformance/run.js';

const ledger = readLedger(join(home, 'known-failures.txt'));

for (const folder of ['public', 'own']) {
  test(`real QEMU answers the ${folder} cases as recorded, so that they stay true`, async () => {
    const outcomes = await runGroups(readGroups([join(home, 'cases', folder)]), namedTarget('qemu'), {}, 4);
    const verdict = judge(outcomes, ledger, 'qemu');
    assert.equal(verdict.unexpected.length + verdict.surprises.length, 0, report(outcomes, verdict));
    assert.equal(outcomes.filter((outcome) => outcome.result === 'skip').length, 0, 'nothing may be skipped');
  });
}

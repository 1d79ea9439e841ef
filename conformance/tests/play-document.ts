import assert from 'node:assert/strict';
import { join } from 'node:path';
import { documentedExchanges } from '#conformance/document.js';
import { home } from '#conformance/home.js';
import { runGroups } from '#conformance/run.js';
import type { Target } from '#conformance/server.js';

/** Plays the exchanges of a page in docs against a server and tells which went otherwise, and how. */
export async function playDocument(page: string, target: Target): Promise<string[]> {
  const group = documentedExchanges(join(home, '../docs', page), page);
  assert.ok(group.cases.length > 0, 'the page has exchanges');
  const outcomes = await runGroups([group], target);
  return outcomes
    .filter(({ result }) => result !== 'pass')
    .map((outcome) => `${outcome.case.name} ${outcome.result}: ${outcome.why}`);
}

import { readFileSync } from 'node:fs';
import type { Outcome } from './run.js';

/** One known failure: the case, against which server, and why. */
export interface LedgerEntry {
  readonly target: string;
  readonly name: string;
  readonly reason: string;
}

/**
 * Reads a ledger of known failures: lines `TARGET GROUP/CASE REASON`, empty ones and those that begin with `#` left out.
 * CASE may be `*` for a whole group.
 *
 * @throws when a line has no reason.
 */
export function readLedger(path: string): LedgerEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const match = /^(\S+)\s+(\S+\/\S+)\s+(\S.*)$/.exec(line);
    if (match === null) throw new Error(`${path}:${index + 1}: want TARGET GROUP/CASE REASON, got ${line}`);
    const [, target = '', name = '', reason = ''] = match;
    return [{ target, name, reason }];
  });
}

/** What a run means in the light of the ledger. */
export interface Verdict {
  /** Failed and not listed. */
  readonly unexpected: readonly Outcome[];
  /** Failed as listed. */
  readonly known: readonly Outcome[];
  /** Listed, and passed: the ledger is out of date. */
  readonly surprises: readonly Outcome[];
}

/** Compares outcomes with the ledger's entries for a target. */
export function judge(outcomes: readonly Outcome[], ledger: readonly LedgerEntry[], target: string): Verdict {
  const entries = ledger.filter((entry) => entry.target === target);
  const names = new Set(entries.map((entry) => entry.name));
  const exact = (outcome: Outcome) => names.has(`${outcome.group}/${outcome.case.name}`);
  const listed = (outcome: Outcome) => exact(outcome) || names.has(`${outcome.group}/*`);
  return {
    unexpected: outcomes.filter((outcome) => outcome.result === 'fail' && !listed(outcome)),
    known: outcomes.filter((outcome) => outcome.result === 'fail' && listed(outcome)),
    surprises: outcomes.filter((outcome) => outcome.result === 'pass' && exact(outcome)),
  };
}

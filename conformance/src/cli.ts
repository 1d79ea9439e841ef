import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { home } from './home.js';
import { judge, readLedger, type Verdict } from './ledger.js';
import { type Outcome, readGroups, runGroups } from './run.js';
import type { Target } from './server.js';

const usage = `node conformance/run.mjs [FOLDER|FILE…] [--target reference|qemu|machine | --launch COMMAND]
  [--layer L] [--group G] [--case TEXT] [--tag T] [--skip-tag T] [--concurrency N] [--verbose]

Replays recorded cases against a server: our reference monitor, Debian's QEMU 7.2, the embedded PC, or any command
that takes a launch file ({launchJson}). Without a folder: every case there is. A failure that known-failures.txt
lists is counted apart; a listed case that passes fails the run.`;

/** The servers that have a name. */
export function namedTarget(name: string): Target {
  const node = (script: string) => ({ kind: 'launch', command: [process.execPath, script, '{launchJson}'] }) as const;
  switch (name) {
    case 'reference':
      return node(join(home, 'reference-monitor.mjs'));
    case 'machine':
      return { ...node(join(home, 'machine-monitor.mjs')), lacks: ['server'] };
    case 'qemu':
      return { kind: 'qemu', qemu: 'qemu-system-x86_64', qsd: 'qemu-storage-daemon' };
    default:
      throw new Error(`there is no target "${name}": use reference, qemu or machine`);
  }
}

/** Runs the command line. @returns the exit status: 1 when a case fails that should not, 2 when none ran. */
export async function main(args: readonly string[]): Promise<number> {
  const many = { type: 'string', multiple: true } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      target: { type: 'string', default: 'reference' },
      launch: { type: 'string' },
      layer: many,
      group: many,
      case: many,
      tag: many,
      'skip-tag': many,
      concurrency: { type: 'string', default: '4' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const target: Target =
    values.launch === undefined
      ? namedTarget(values.target)
      : { kind: 'launch', command: values.launch.split(' ').filter((word) => word !== '') };
  const folders = positionals.length > 0 ? positionals : [join(home, 'cases/public'), join(home, 'cases/own')];
  const filter = {
    ...(values.layer && { layers: values.layer }),
    ...(values.group && { groups: values.group }),
    ...(values.case && { names: values.case }),
    ...(values.tag && { tags: values.tag }),
    ...(values['skip-tag'] && { skipTags: values['skip-tag'] }),
  };
  const outcomes = await runGroups(readGroups(folders), target, filter, Number(values.concurrency));
  const name = values.launch === undefined ? values.target : 'launch';
  const verdict = judge(outcomes, readLedger(join(home, 'known-failures.txt')), name);
  console.log(report(outcomes, verdict, values.verbose));
  if (verdict.unexpected.length > 0 || verdict.surprises.length > 0) return 1;
  return outcomes.some((outcome) => outcome.result === 'pass') ? 0 : 2;
}

/** The outcome of a run as text: each group, what failed, what was skipped and why, totals. */
export function report(outcomes: readonly Outcome[], verdict: Verdict, verbose = false): string {
  const lines: string[] = [];
  for (const [group, members] of groupBy(outcomes, (outcome) => outcome.group)) {
    lines.push(`${group.padEnd(22)} ${counts(members)}`);
    if (verbose) lines.push(...members.map(({ result, case: { name } }) => `  ${result} ${name}`));
  }
  for (const { group, case: recorded, why } of verdict.unexpected) {
    lines.push(`FAIL ${group}/${recorded.name} [${recorded.layer}]`, `  ${why}`);
  }
  for (const { group, case: recorded } of verdict.surprises) {
    lines.push(`PASSES although known-failures.txt lists it: ${group}/${recorded.name}. Remove the line.`);
  }
  const skipped = outcomes.filter((outcome) => outcome.result === 'skip');
  for (const [why, members] of groupBy(skipped, (outcome) => outcome.why)) {
    lines.push(`skipped ${members.length}: ${why}`);
  }
  for (const [layer, members] of groupBy(outcomes, (outcome) => outcome.case.layer)) {
    lines.push(`layer ${layer.padEnd(16)} ${counts(members)}`);
  }
  lines.push(`TOTAL ${counts(outcomes)}, of the failures ${verdict.known.length} known`);
  return lines.join('\n');
}

function counts(outcomes: readonly Outcome[]): string {
  const count = (result: string) => String(outcomes.filter((outcome) => outcome.result === result).length).padStart(3);
  return `passed ${count('pass')}  failed ${count('fail')}  skipped ${count('skip')}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const members = groups.get(key(item));
    if (members === undefined) groups.set(key(item), [item]);
    else members.push(item);
  }
  return groups;
}

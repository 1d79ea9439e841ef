import type { JsonObject, JsonValue } from 'qmp/json';
import type { Lookup, LookupContext, LookupKind } from '../completion/lookup-kind.js';
import { readSnapshots } from '../vm-info/disks.js';
import { asList, asText, member } from '../vm-info/read-json.js';

/** Executes a command, for completion: with a short deadline. */
export type Ask = (command: string, args?: JsonObject) => Promise<JsonValue>;

/** How long an answer serves further Tabs, in milliseconds. */
const fresh = 2000;

/** Names of the running machine, asked for when Tab wants them and kept for a moment. */
export function machineLookup(ask: Ask, now: () => number = () => performance.now()): Lookup {
  const kept = new Map<string, { at: number; names: Promise<readonly string[]> }>();
  return (kind, context) => {
    const key = `${kind} ${contextKey(kind, context)}`;
    const known = kept.get(key);
    if (known !== undefined && now() - known.at < fresh) return known.names;
    const names = finders[kind](ask, context);
    kept.set(key, { at: now(), names });
    names.catch(() => kept.delete(key));
    return names;
  };
}

function contextKey(kind: LookupKind, { typed, given }: LookupContext): string {
  if (kind === 'qom-path') return parentPath(typed);
  return kind === 'qom-property' ? (given('path') ?? '') : '';
}

const finders: Readonly<Record<LookupKind, (ask: Ask, context: LookupContext) => Promise<readonly string[]>>> = {
  node: async (ask) => {
    const [nodes, drives] = await Promise.all([
      ask('query-named-block-nodes', { flat: true }).catch(() => []),
      ask('query-block').catch(() => []),
    ]);
    const names = [...texts(drives, 'device'), ...texts(nodes, 'node-name')];
    // Names that QEMU made up come last.
    return names.sort((left, right) => Number(left.startsWith('#')) - Number(right.startsWith('#')));
  },
  device: (ask) => children(ask, '/machine/peripheral'),
  object: (ask) => children(ask, '/objects'),
  job: async (ask) => texts(await ask('query-jobs'), 'id'),
  netdev: async (ask) => {
    const text = asText(await ask('human-monitor-command', { 'command-line': 'info network' })) ?? '';
    return [...text.matchAll(/^[ \\]*([^\s:]+):/gm)].map((match) => match[1] ?? '');
  },
  chardev: async (ask) => texts(await ask('query-chardev'), 'label'),
  'qom-path': (ask, { typed }) => qomPaths(ask, typed),
  'qom-property': async (ask, { given }) => {
    const path = given('path');
    if (path === undefined) return [];
    const members = asList(await ask('qom-list', { path }));
    return members.filter((one) => !isChild(one)).map((one) => asText(member(one, 'name')) ?? '');
  },
  'qom-type': async (ask) => texts(await ask('qom-list-types'), 'name').sort(),
  'device-type': async (ask) =>
    texts(await ask('qom-list-types', { implements: 'device', abstract: false }), 'name').sort(),
  snapshot: async (ask) => [...new Set(readSnapshots(await ask('query-block')).map(({ name }) => name))],
  // Buses are not children of /machine with a type of their own; only the human monitor lists them.
  bus: async (ask) => {
    const text = asText(await ask('human-monitor-command', { 'command-line': 'info qtree' })) ?? '';
    return [...new Set([...text.matchAll(/^\s*bus: (\S+)/gm)].map((match) => match[1] ?? ''))];
  },
};

async function children(ask: Ask, path: string): Promise<string[]> {
  return asList(await ask('qom-list', { path }))
    .filter(isChild)
    .map((one) => asText(member(one, 'name')) ?? '');
}

async function qomPaths(ask: Ask, typed: string): Promise<string[]> {
  const parent = parentPath(typed);
  const members = asList(await ask('qom-list', { path: parent === '' ? '/' : parent })).filter(isChild);
  return members.map((one) => `${parent}/${asText(member(one, 'name')) ?? ''}`);
}

function parentPath(typed: string): string {
  return typed.slice(0, Math.max(0, typed.lastIndexOf('/')));
}

function isChild(one: JsonValue): boolean {
  return asText(member(one, 'type'))?.startsWith('child<') === true;
}

function texts(list: JsonValue, name: string): string[] {
  return asList(list)
    .map((one) => asText(member(one, name)) ?? '')
    .filter((text) => text !== '');
}

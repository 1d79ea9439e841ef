import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandRow, MemberRow, SchemaTable, TypeRef } from 'qapi';
import type { Json } from '../case.js';
import { home } from '../home.js';
import { command, one, type Recipe, type RecipeCase } from '../recipe.js';

const table = JSON.parse(readFileSync(join(home, 'qemu-7.2/system.table.json'), 'utf8')) as SchemaTable;

/** A value that is certainly of the wrong JSON type. */
function wrong(type: TypeRef): Json {
  if (typeof type !== 'string') return { not: 'a list' };
  if (type === 'str' || type in table.enums) return 1;
  if (type === 'bool') return 'true';
  return type in table.objects ? [] : 'text';
}

/** The members of a command's arguments, when they are a plain list. */
function members(row: CommandRow): readonly MemberRow[] {
  if (typeof row.arguments === 'string') return table.objects[row.arguments]?.members ?? [];
  return row.arguments ?? [];
}

const checked = Object.entries(table.commands).filter(([name, row]) => !row.unchecked && name !== 'qmp_capabilities');

function cases(make: (name: string, row: CommandRow) => RecipeCase | undefined): RecipeCase[] {
  return checked.flatMap(([name, row]) => make(name, row) ?? []);
}

const schema = { layer: 'schema' } as const;

export const ownMissing: Recipe = {
  group: 'own-schema-missing',
  description: 'Every command that needs an argument, without any',
  cases: cases((name, row) => {
    if (!members(row).some(([member]) => !member.startsWith('*'))) return undefined;
    return one(`missing: ${name}`, command(name, {}, name), schema);
  }),
};

export const ownWrongType: Recipe = {
  group: 'own-schema-types',
  description: 'Every command whose arguments are checked, its first argument of the wrong type',
  cases: cases((name, row) => {
    const [member, type] = members(row)[0] ?? [];
    if (member === undefined || type === undefined || table.alternates[String(type)] !== undefined) return undefined;
    const args = { [member.replace('*', '')]: wrong(type) };
    return one(`wrong type: ${name}`, command(name, args, [name]), schema);
  }),
};

export const ownUnexpected: Recipe = {
  group: 'own-schema-unexpected',
  description: 'Commands without arguments, given one',
  cases: cases((name, row) => {
    if (members(row).length > 0) return undefined;
    return one(`unexpected: ${name}`, command(name, { 'no-such': null }), schema);
  }).filter((_, index) => index % 2 === 0),
};

export const ownLeftovers: Recipe = {
  group: 'own-schema-leftovers',
  description: 'Commands of the protocol itself, given several members that they do not have: which one is named',
  cases: ['qmp_capabilities', 'query-version', 'query-commands'].flatMap((name) =>
    [
      { zz: 1, 'zzz-unexpected': 1 },
      { 'zzz-unexpected': 1, zz: 1 },
      { a: 1, b: 2, c: 3 },
      { enabled: [], enables: [], Enable: [] },
      { '': 1, '\u00e9': 2, x: 3, y: 4, z: 5 },
    ].map((members, index) => one(`${name} ${index}`, command(name, members, index), schema)),
  ),
};

/** Policies that QEMU applies before or while it looks at the arguments. */
const policies = ['deprecated-input=reject', 'unstable-input=reject', 'deprecated-input=reject,unstable-input=reject'];

export const ownPolicies: Recipe = {
  group: 'own-policies',
  description: '-compat: commands, members and values refused, accepted, and in which order',
  cases: policies.flatMap((compat) =>
    Object.entries({
      'deprecated command, no arguments': command('block_passwd'),
      'nbd-server-add': command('nbd-server-add', { device: 5 }, 1),
      'unstable command with a bad argument': command('x-query-rdma', { a: 1 }, 2),
      'unstable enum value in a list': command('migrate-set-capabilities', {
        capabilities: [
          { capability: 'xbzrle', state: true },
          { capability: 'x-ignore-shared', state: 1 },
        ],
      }),
      'deprecated and unexpected member': command('eject', { device: 'd', bogus: 1 }),
      'unexpected member only': command('eject', { bogus: 1 }),
      'deprecated member, null': command('blockdev-open-tray', { device: null }),
      'missing before deprecated': command('block_set_io_throttle', { device: 'd' }),
      'unstable member after a wrong one': command('migrate-set-parameters', {
        'max-bandwidth': 'x',
        'x-checkpoint-delay': 1,
      }),
    }).map(([name, text]) => one(`${compat}: ${name}`, text, { ...schema, launch: { compat }, tags: ['compat'] })),
  ),
};

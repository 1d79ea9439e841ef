import type { MemberRow, ObjectRow, SchemaTable, TypeRef } from 'qapi';

/** A JSON value, as text for QEMU and as a reader hands it to our checks. */
export interface Twin {
  readonly text: string;
  readonly value: unknown;
}

const INTEGERS = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  -128n,
  -129n,
  255n,
  256n,
  65535n,
  65536n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
];
const EDGES = [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n];
const DOUBLES = ['1.0', '1e3', '-0.0', '18446744073709551616', '-9223372036854775809'];

/** Makes arguments for the commands of a table: mostly right, with a fault here and there. */
export class RandomArguments {
  readonly #table: SchemaTable;
  readonly #random: (bound: number) => number;

  constructor(table: SchemaTable, random: (bound: number) => number) {
    this.#table = table;
    this.#random = random;
  }

  of(command: string): Twin {
    const type = this.#table.commands[command]?.arguments ?? [];
    return this.#object(typeof type === 'string' ? this.#row(type) : { members: type }, 0);
  }

  #row(name: string): ObjectRow {
    return this.#table.objects[name] ?? { members: [] };
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random(list.length)] as T;
  }

  #object(row: ObjectRow, depth: number): Twin {
    const members = this.#members(row, depth);
    while (this.#random(15) === 0) members.push([`zz${this.#random(9)}`, integer(1n)]);
    const unique = [...new Map(members).entries()].sort(() => this.#random(2) - 0.5);
    const text = unique.map(([name, member]) => `${JSON.stringify(name)}: ${member.text}`).join(', ');
    return { text: `{${text}}`, value: Object.fromEntries(unique.map(([name, member]) => [name, member.value])) };
  }

  #members(row: ObjectRow, depth: number): [string, Twin][] {
    const members = row.members.flatMap((member) => this.#member(member, depth));
    const tag = members.find(([name]) => name === row.tag)?.[1].value;
    const branch = typeof tag === 'string' ? row.branches?.[tag] : undefined;
    return branch ? [...members, ...this.#members(this.#row(branch), depth)] : members;
  }

  #member([spelling, type]: MemberRow, depth: number): [string, Twin][] {
    const optional = spelling.startsWith('*');
    const left = optional ? this.#random(depth > 3 ? 20 : 4) !== 0 : this.#random(25) === 0;
    return left ? [] : [[optional ? spelling.slice(1) : spelling, this.#value(type, depth + 1)]];
  }

  #value(type: TypeRef, depth: number): Twin {
    if (this.#random(12) === 0) return this.#junk();
    if (typeof type !== 'string')
      return array(Array.from({ length: this.#random(3) }, () => this.#value(type[0], depth)));
    const { enums, objects, alternates } = this.#table;
    if (enums[type]) return plain(this.#random(15) === 0 ? 'bogus' : [this.#pick(enums[type])].flat()[0]);
    if (objects[type]) return this.#object(objects[type], depth);
    if (alternates[type]) return this.#value(this.#pick(alternates[type]), depth);
    if (type === 'str') return plain('s');
    if (type === 'bool') return plain(true);
    return type === 'null' ? plain(null) : this.#number();
  }

  #number(): Twin {
    if (this.#random(8) === 0) return double(this.#pick(DOUBLES));
    return integer(this.#pick(this.#random(3) === 0 ? EDGES : INTEGERS));
  }

  #junk(): Twin {
    const kinds = [plain(null), plain(true), plain(''), plain('é'), plain(0.5), array([]), array([integer(1n)])];
    return this.#random(2) === 0 ? this.#number() : this.#pick(kinds);
  }
}

function plain(value: unknown): Twin {
  return { text: JSON.stringify(value), value };
}

function array(items: readonly Twin[]): Twin {
  return { text: `[${items.map((item) => item.text).join(', ')}]`, value: items.map((item) => item.value) };
}

function integer(value: bigint): Twin {
  return { text: String(value), value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
}

/** A whole number that is not written as an integer, or is too big to be one. */
function double(text: string): Twin {
  const value = Object.defineProperty({ value: Number(text) }, Symbol.for('qmp.JsonDouble'), { value: true });
  return { text, value };
}

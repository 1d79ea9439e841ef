import type { ArrayType, BuiltinName, BuiltinType, EnumType, JsonKind, ObjectType, SchemaType } from './model.js';

const JSON_KINDS: readonly (readonly [BuiltinName, JsonKind])[] = [
  ['str', 'string'],
  ['number', 'number'],
  ['int', 'int'],
  ['int8', 'int'],
  ['int16', 'int'],
  ['int32', 'int'],
  ['int64', 'int'],
  ['uint8', 'int'],
  ['uint16', 'int'],
  ['uint32', 'int'],
  ['uint64', 'int'],
  ['size', 'int'],
  ['bool', 'boolean'],
  ['any', 'value'],
  ['null', 'null'],
];
const QTYPES = ['none', 'qnull', 'qnum', 'qstring', 'qdict', 'qlist', 'qbool'];

/** The type without members. */
export const EMPTY: ObjectType = {
  kind: 'object',
  form: 'empty',
  name: 'q_empty',
  localMembers: [],
  members: [],
  features: [],
};

/** The predefined types, in QEMU's order: each built-in type with its array, the empty object, QType. */
export const PREDEFINED: readonly SchemaType[] = predefined();

function predefined(): SchemaType[] {
  const types: SchemaType[] = [];
  for (const [name, json] of JSON_KINDS) {
    const type: BuiltinType = { kind: 'builtin', name, json, features: [] };
    const list: ArrayType = { kind: 'array', name: `${name}List`, element: type, features: [] };
    types.push(type, list);
  }
  const values = QTYPES.map((name) => ({ name, features: [] }));
  const qtype: EnumType = { kind: 'enum', name: 'QType', values, prefix: 'QTYPE', features: [] };
  types.push(EMPTY, qtype);
  return types;
}

const predefinedTypes: ReadonlySet<SchemaType> = new Set(PREDEFINED);

/** Whether a type is the same in every schema. */
export function isPredefined(type: SchemaType): boolean {
  return predefinedTypes.has(type);
}

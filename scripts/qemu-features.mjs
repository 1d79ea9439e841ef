// Which commands, arguments and values of QEMU's schemas are deprecated or unstable: what a client can warn of before it
// has fetched the schema of its server.
import { introspectionReply } from 'qapi';

/** Every condition holds: what some build of QEMU has counts. */
const everything = { has: () => true };

/** The text of packages/qmp/src/api/features.ts, from schemas of several versions. */
export function featuresText(schemas) {
  const commands = {};
  const inside = {};
  for (const schema of schemas) {
    const entities = new Map(introspectionReply(schema, everything).map((entity) => [entity.name, entity]));
    for (const entity of entities.values()) {
      if (entity['meta-type'] !== 'command') continue;
      const feature = marked(entity.features);
      if (feature !== undefined) commands[entity.name] = feature;
      const found = inside[entity.name] ?? {};
      collect(entities, entity['arg-type'], '', found, new Set());
      if (Object.keys(found).length > 0) inside[entity.name] = found;
    }
  }
  return `// Generated from the schemas of QEMU by scripts/generate-qemu.mjs. Do not edit.

export type Marks = Readonly<Record<string, 'deprecated' | 'unstable'>>;

/** Commands that are deprecated or unstable as a whole, in some version. */
export const markedCommands: Marks = ${print(commands)};

/** What is so in the arguments of commands, at any depth: members (\`name\`) and values of members (\`name=value\`). */
export const markedArguments: Readonly<Record<string, Marks>> = ${print(inside)};
`;
}

function marked(features) {
  return ['deprecated', 'unstable'].find((feature) => features?.includes(feature));
}

/** Collects what is marked below a type that a member has. */
function collect(entities, type, member, found, seen) {
  const entity = entities.get(type);
  if (entity === undefined || seen.has(`${member} ${type}`)) return;
  seen.add(`${member} ${type}`);
  const go = (inner, name) => collect(entities, inner, name, found, seen);
  const note = (name, features) => {
    const feature = marked(features);
    if (feature !== undefined) found[name] = feature;
  };
  if (entity['meta-type'] === 'array') go(entity['element-type'], member);
  for (const { name, features, type: inner } of entity.members ?? []) {
    if (entity['meta-type'] === 'enum') note(`${member}=${name}`, features);
    else if (entity['meta-type'] === 'alternate') go(inner, member);
    else {
      note(name, features);
      go(inner, name);
    }
  }
  for (const variant of entity.variants ?? []) go(variant.type, member);
}

function print(value, indent = '') {
  if (typeof value === 'string') return `'${value}'`;
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(([name, branch]) => `${inner}${property(name)}: ${print(branch, inner)},\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function property(name) {
  return /^[a-z_]+$/i.test(name) ? name : `'${name}'`;
}

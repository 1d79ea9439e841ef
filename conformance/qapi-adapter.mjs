/** Lets the suite of schema cases run against our compiler. */
import { join } from 'node:path';
import { compile, formatFinding, fromIntrospection, introspect } from 'qapi';
import { readSchemaFile } from '../packages/qapi/dist/cli/read-file.js';

/** The suite names the two compilers it was recorded from; a dialect of ours holds from a release on. */
const DIALECTS = { 7.2: '6.2', 10.2: '10.2' };

export function check({ dialect, cwd, main }) {
  const read = (path) => readSchemaFile(join(cwd, path));
  const { schema, findings } = compile(read, main, { dialect: DIALECTS[dialect] ?? 'auto' });
  if (schema === undefined) return failure(findings[0]);
  const masked = introspect(schema);
  const unmasked = introspect(schema, { unmask: true });
  const maskMap = Object.fromEntries(masked.maskMap);
  return {
    ok: true,
    model: model(schema, dialect),
    introspect: { masked: masked.entries, unmasked: unmasked.entries, maskMap },
  };
}

/** Builds a model from a server's reply, with the schema it was built from at hand. */
export function fromLive({ schema, hint }) {
  const near = compile((path) => readSchemaFile(join(hint.cwd, path)), hint.main).schema;
  const { names, findings } = fromIntrospection(schema, near);
  if (findings.length > 0) throw new Error(formatFinding(findings[0]));
  return { names: Object.fromEntries(names) };
}

function failure(finding) {
  const { source, qemu, definition, message, related } = finding;
  const more = related === undefined ? '' : `\n${formatFinding({ ...related, code: '' })}`;
  const includedFrom = [];
  for (let site = source.includedFrom; site !== undefined; site = site.source.includedFrom) {
    includedFrom.unshift({ file: site.source.path, line: site.line });
  }
  return {
    ok: false,
    text: `${formatFinding(finding)}\n`,
    file: source.path,
    line: qemu.line,
    column: qemu.column ?? null,
    message: message + more,
    ...(definition && { definition: { meta: definition.kind, name: definition.name } }),
    includedFrom,
  };
}

function model(schema, dialect) {
  const moduleOf = new Map();
  const locate = (position, module) => `${module}:${position.line}`;
  for (const { name, entities } of schema.modules) {
    for (const { kind, position } of entities) if (position && kind !== 'array') moduleOf.set(position.source, name);
  }
  const modules = schema.modules.map(({ name, entities }) => ({
    name,
    entities: entities.map((entity) => describe(entity, name, locate)),
  }));
  const names = new Map([...moduleOf].map(([source, name]) => [source.path, name]));
  return { modules, docs: schema.docs.map((doc) => describeDoc(doc, names, dialect)) };
}

const conditionOf = ({ condition }) => (condition === undefined ? {} : { if: condition });
const featuresOf = ({ features }) =>
  features === undefined || features.length === 0
    ? {}
    : { features: features.map((feature) => ({ name: feature.name, ...conditionOf(feature) })) };

function describe(entity, module, locate) {
  const { kind, name, position } = entity;
  const tail = { ...conditionOf(entity), ...featuresOf(entity) };
  const loc = position && locate(position, module);
  switch (kind) {
    case 'include':
      return { kind, name, loc };
    case 'enum': {
      const members = entity.values.map((value) => ({ name: value.name, ...conditionOf(value), ...featuresOf(value) }));
      return { kind, name, loc, ...(entity.prefix && { prefix: entity.prefix }), members, ...tail };
    }
    case 'array':
      return { kind, name, element: entity.element.name, ...tail };
    case 'object':
      return { ...describeObject(entity, loc), ...tail };
    case 'alternate': {
      const alternatives = entity.branches.map((branch) => ({
        name: branch.name,
        type: branch.type.name,
        ...conditionOf(branch),
      }));
      return { kind, name, loc, alternatives, ...tail };
    }
    case 'command':
      return {
        kind,
        name,
        loc,
        arg: entity.arguments?.name ?? null,
        ret: entity.returns?.name ?? null,
        gen: entity.gen,
        'success-response': entity.successResponse,
        boxed: entity.boxed,
        'allow-oob': entity.allowOob,
        'allow-preconfig': entity.allowPreconfig,
        coroutine: entity.coroutine,
        ...tail,
      };
    case 'event':
      return { kind, name, loc, arg: entity.arguments?.name ?? null, boxed: entity.boxed, ...tail };
  }
}

function describeObject({ name, form, base, localMembers, variants }, loc) {
  const members = localMembers.map((member) => ({
    name: member.name,
    type: member.type.name,
    optional: member.optional,
    ...conditionOf(member),
    ...featuresOf(member),
  }));
  const implicit = form !== 'struct' && form !== 'union';
  const kind = form === 'union' ? 'union' : 'struct';
  const described = { kind, name, implicit, loc, ...(base && { base: base.name }), members };
  if (variants === undefined) return described;
  const branches = variants.branches.map((branch) => ({
    case: branch.value,
    type: branch.type.name,
    ...conditionOf(branch),
  }));
  return { ...described, tag: variants.tag.name, variants: branches };
}

const TITLES = {
  plain: 'Plain',
  member: 'Member',
  feature: 'Feature',
  returns: 'Returns',
  errors: 'Errors',
  since: 'Since',
  todo: 'Todo',
};

function describeDoc({ source, line, symbol, sections }, modules, dialect) {
  const [overview, ...rest] = sections;
  const texts = (kind) => Object.fromEntries(rest.filter((s) => s.kind === kind).map((s) => [s.name, s.text]));
  const old = dialect === '7.2';
  const other = rest.filter(({ kind, stub }) => kind !== 'member' && kind !== 'feature' && !stub);
  const described = {
    symbol: symbol ?? null,
    loc: `${modules.get(source.path) ?? source.path}:${line}`,
    body: overview.text,
    args: texts('member'),
    features: texts('feature'),
    sections: other.map(({ kind, tag, text }) => [old ? (tag ?? 'None') : TITLES[kind], text]),
  };
  if (old) return described;
  return { ...described, order: sections.map(({ kind, name }) => [TITLES[kind], name ?? null]) };
}

export { validate } from './qapi-validate.mjs';

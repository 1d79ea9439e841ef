import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'qapi';

const INCLUDE = /^\{ *'include':.*\}$/gm;
const PRAGMA = /^\{ *'pragma':[\s\S]*?\} *\}$/gm;

/**
 * Writes a schema that has every definition `times` times, each copy under names of its own, and returns its main file.
 * Documentation and comments are copied, too.
 */
export function multiply(main, times, directory) {
  const read = (path) => ({ text: readFileSync(path, 'utf8') });
  const { schema, files } = compile(read, main);
  const written = schema.modules
    .flatMap(({ entities }) => entities)
    .filter(({ kind, position }) => kind !== 'include' && kind !== 'array' && position);
  const types = new Set(written.filter(({ kind }) => kind !== 'command' && kind !== 'event').map(({ name }) => name));
  const texts = files.map((path) => readFileSync(path, 'utf8').replaceAll('\r', ''));
  mkdirSync(directory, { recursive: true });
  const pragmas = texts.flatMap((text) => text.match(PRAGMA) ?? []).map((pragma) => exceptions(pragma, times));
  const includes = [];
  for (let copy = 1; copy <= times; copy++) {
    const text = texts.map((each) => renamed(each.replace(INCLUDE, '').replace(PRAGMA, ''), types, copy)).join('\n');
    writeFileSync(join(directory, `copy${copy}.json`), text);
    includes.push(`{ 'include': 'copy${copy}.json' }`);
  }
  const path = join(directory, 'main.json');
  writeFileSync(path, `${[...pragmas, ...includes].join('\n')}\n`);
  return path;
}

/** The name of a copy keeps the rules of its kind. */
function copyOf(name, copy) {
  if (copy === 1) return name;
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return `${name}_C${copy}`;
  return /^[A-Z]/.test(name) ? `${name}Copy${copy}` : `${name}-c${copy}`;
}

/** Types are renamed wherever they are used, commands and events where they are defined and documented. */
function renamed(text, types, copy) {
  return text
    .replace(/'([A-Z]\w*)'/g, (whole, name) => (types.has(name) ? `'${copyOf(name, copy)}'` : whole))
    .replace(/^(\{ *'(?:command|event)': *')([\w-]+)'/gm, (_, before, name) => `${before}${copyOf(name, copy)}'`)
    .replace(/^(##\n# @)([\w-]+):$/gm, (_, before, name) => `${before}${copyOf(name, copy)}:`);
}

/** Exceptions from the rules of names hold for the copies, too. */
function exceptions(pragma, times) {
  const copies = (name) => Array.from({ length: times }, (_, copy) => `'${copyOf(name, copy + 1)}'`).join(', ');
  return pragma.replace(/#.*$/gm, '').replace(/'([\w-]+)'(?=\s*[,\]])/g, (_, name) => copies(name));
}

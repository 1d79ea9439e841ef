/** Lets the suite of run-time cases run against our argument checks. */
import { join } from 'node:path';
import { compile, compileValidators, schemaTable } from 'qapi';
import { JsonReader } from 'qmp/json';
import { readSchemaFile } from '../packages/qapi/dist/cli/read-file.js';

const compiled = new Map();

export function validate({ cwd, main, defines, command, json }) {
  const validator = validatorsOf(cwd, main, defines).get(command);
  if (!validator) return { ok: false, desc: `The command ${command} has not been found` };
  const desc = validator(parse(json));
  return desc === undefined ? { ok: true } : { ok: false, desc };
}

function validatorsOf(cwd, main, defines) {
  const key = JSON.stringify([cwd, main, defines]);
  let validators = compiled.get(key);
  if (!validators) {
    const { schema, findings } = compile((path) => readSchemaFile(join(cwd, path)), main);
    if (!schema) throw new Error(findings[0].message);
    validators = compileValidators(schemaTable(schema, new Set(defines)));
    compiled.set(key, validators);
  }
  return validators;
}

function parse(json) {
  let value;
  const failed = (error) => {
    throw error;
  };
  const reader = new JsonReader({ message: (message) => (value = message), error: failed }, { doubles: 'keep' });
  reader.push(new TextEncoder().encode(json));
  reader.end();
  return value;
}

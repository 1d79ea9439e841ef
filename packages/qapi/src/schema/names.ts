/** The rules for names. Source: docs/devel/qapi-code-gen.rst, "Naming rules and reserved names". */

const SHAPE = /^(?:__[a-z0-9.-]+_)?(?:x-)?([a-z][a-z0-9_-]*)$/i;
/** Most names: small letters, digits and `-`, without a prefix. */
const PLAIN = /^[a-z](?:[a-z0-9][a-z0-9-]*)?$/;
const CAMEL = /^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$/;
const NOT_LOWER = /[A-Z]/;
const NOT_UPPER = /[a-z-]/;

/** The part of a name that case rules look at; undefined when the name's shape is wrong or its prefix reserved. */
export function stemOf(name: string): string | undefined {
  if (PLAIN.test(name)) return name;
  const stem = SHAPE.exec(name)?.[1];
  return stem === undefined || /^q[_.-]/.test(name) ? undefined : stem;
}

/** Whether a name is right wherever small letters are: most are. */
export function isPlain(name: string): boolean {
  return PLAIN.test(name);
}

/** What is wrong with a name: nothing, its shape, or the case of its letters. */
export type NameFault = { readonly code: string; readonly message: string } | undefined;

function fault(code: string, message: string): NameFault {
  return { code, message };
}

/** Checks a name of members, values, features, branches and commands. */
export function checkLower(
  name: string,
  what: string,
  { upper = false, underscore = false }: { readonly upper?: boolean; readonly underscore?: boolean } = {},
): NameFault {
  if (PLAIN.test(name)) return undefined;
  const stem = stemOf(name);
  if (stem === undefined) return fault('invalid-name', `${what} has an invalid name`);
  if ((!upper && NOT_LOWER.test(stem)) || (!underscore && stem.includes('_'))) {
    return fault('name-case', `name of ${what} must not use uppercase or '_'`);
  }
  return undefined;
}

/** Checks a name of an event. */
export function checkUpper(name: string, what: string): NameFault {
  const stem = stemOf(name);
  if (stem === undefined) return fault('invalid-name', `${what} has an invalid name`);
  return NOT_UPPER.test(stem) ? fault('name-case', `name of ${what} must not use lowercase or '-'`) : undefined;
}

/** Checks a name of a type. */
export function checkCamel(name: string, what: string): NameFault {
  const stem = stemOf(name);
  if (stem === undefined) return fault('invalid-name', `${what} has an invalid name`);
  return CAMEL.test(stem) ? undefined : fault('name-case', `name of ${what} must use CamelCase`);
}

/** Whether a member may not have a name since C code uses it. */
export function isReservedMember(name: string): boolean {
  return name === 'u' || name.startsWith('has-') || name.startsWith('has_');
}

/** The form in which names within a type must differ: `-` and `.` count as `_`. */
export function clashName(name: string): string {
  return name.includes('-') || name.includes('.') ? name.replace(/[.-]/g, '_') : name;
}

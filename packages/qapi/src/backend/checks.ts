/** What happens to input that uses something deprecated or unstable. */
export type InputPolicy = 'accept' | 'reject' | 'crash';

/** The part of QEMU's `-compat` that concerns arguments. */
export interface ArgumentPolicy {
  /** @default 'accept' */
  readonly deprecatedInput?: InputPolicy;
  /** @default 'accept' */
  readonly unstableInput?: InputPolicy;
}

/** A JSON value as it comes from a reader. */
export type Value = unknown;

/** Something wrong with a value. */
export interface Problem {
  readonly before: string;
  /** Where it is, filled from the inside out; absent when the text is complete as it stands. */
  readonly path?: (string | number)[];
  readonly after: string;
}

/** Checks a value; `name` is its last name, `null` for an element of an array. */
export type Check = (value: Value, name: string, policy: ArgumentPolicy | undefined) => Problem | undefined;

/** A problem whose text names the whole path of the value. */
export function plainProblem(before: string, after: string): Problem {
  return { before, path: [], after };
}

/** A problem whose text is complete. */
export function finalProblem(text: string): Problem {
  return { before: text, after: '' };
}

export function wrongType(expected: string): Problem {
  return plainProblem("Invalid parameter type for '", `', expected: ${expected}`);
}

const INT64_END = 2n ** 63n;
const UINT64_END = 2n ** 64n;

const DOUBLE = Symbol.for('qmp.JsonDouble');

/** Whether a value is a JSON object, not an array and not a number in a box. */
export function isObject(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(DOUBLE in value);
}

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['str', (value) => (typeof value === 'string' ? undefined : wrongType('string'))],
  ['bool', (value) => (typeof value === 'boolean' ? undefined : wrongType('boolean'))],
  ['null', (value) => (value === null ? undefined : wrongType('null'))],
  ['number', (value) => (isNumber(value) ? undefined : wrongType('number'))],
  ['any', () => undefined],
  ['int', signed],
  ['int64', signed],
  ['int8', narrow(signed, -0x80, 0x7f, 'int8_t')],
  ['int16', narrow(signed, -0x8000, 0x7fff, 'int16_t')],
  ['int32', narrow(signed, -0x80000000, 0x7fffffff, 'int32_t')],
  ['uint64', unsigned],
  ['size', unsigned],
  ['uint8', narrow(unsigned, 0, 0xff, 'uint8_t')],
  ['uint16', narrow(unsigned, 0, 0xffff, 'uint16_t')],
  ['uint32', narrow(unsigned, 0, 0xffffffff, 'uint32_t')],
]);

/** The check of a built-in type. */
export function builtinCheck(type: string): Check | undefined {
  return CHECKS.get(type);
}

function isNumber(value: Value): boolean {
  return isNumeric(value) || (typeof value === 'object' && value !== null && DOUBLE in value);
}

function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function signed(value: Value): Problem | undefined {
  return isInteger(value, INT64_END) ? undefined : wrongType('integer');
}

/** Negative values pass: QEMU takes them as two's complement, as it always did. */
function unsigned(value: Value): Problem | undefined {
  return isInteger(value, UINT64_END) ? undefined : plainProblem("Parameter '", "' expects uint64");
}

function isInteger(value: Value, limit: bigint): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'bigint' && value >= -INT64_END && value < limit;
}

function narrow(wide: Check, least: number, most: number, type: string): Check {
  return (value, name, policy) => {
    const problem = wide(value, name, policy);
    if (problem) return problem;
    const fits = isNumeric(value) && value >= least && value <= most;
    return fits ? undefined : finalProblem(`Parameter '${name}' expects ${type}`);
  };
}

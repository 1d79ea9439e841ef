import type { JsonObject, JsonValue } from 'qmp/json';

/** Looks into replies without trusting their shape: what is not there, or of another kind, is undefined. */
export function member(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let inner = value;
  for (const name of path) inner = asObject(inner)?.[name];
  return inner;
}

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return plain ? (value as JsonObject) : undefined;
}

export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asCount(value: JsonValue | undefined): number | bigint | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

export function asFlag(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** The object without the members that are undefined. */
export function present<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

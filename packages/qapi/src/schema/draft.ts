/** An object while it is built. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

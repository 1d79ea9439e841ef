/** The command line is wrong, or something outside the schema stands in the way: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The schema is wrong: exit code 1. The text is what to print, findings and all. */
export class SchemaError extends Error {
  override name = 'SchemaError';
}

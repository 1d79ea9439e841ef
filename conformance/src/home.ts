import { fileURLToPath } from 'node:url';

/** The folder of the conformance suite. */
export const home = fileURLToPath(new URL('..', import.meta.url));

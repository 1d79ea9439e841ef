/** Stands for what the monitor uses of `node:module` and `node:timers/promises` in a page. */

/** The version of this package, put in by the bundler. */
declare const PACKAGE_VERSION: string;

/** Gives what reads the package's manifest. */
export function createRequire(): (name: string) => unknown {
  return () => ({ version: PACKAGE_VERSION });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds));
}
export { sleep as setTimeout };

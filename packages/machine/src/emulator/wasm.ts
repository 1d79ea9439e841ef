/** What is used of the global, whose types come with the DOM's. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: object } }>;
};

/** Loads a file of this package, or of v86: a path in Node, a URL in a browser. */
export type FileLoader = (path: string) => Promise<Uint8Array>;

/**
 * What v86 loads its WebAssembly with, and a promise that rejects when that fails: v86 itself would wait for ever.
 *
 * @param load reads v86.wasm.
 */
export function wasmLoader(path: string, load: FileLoader) {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const instantiate = async (imports: object): Promise<object> => {
    try {
      const { instance } = await WebAssembly.instantiate(await load(path), imports);
      return instance.exports;
    } catch (error) {
      fail(new Error(`v86 cannot be loaded: ${error instanceof Error ? error.message : String(error)}`));
      return new Promise(() => {});
    }
  };
  return { instantiate, failed };
}

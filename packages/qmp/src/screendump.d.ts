import { type AnyClient, type ScreendumpOptions } from './client/index.js';
/**
 * Takes a picture of the screen of a QEMU on this host and returns it as a PNG file's bytes, by way of a private
 * temporary file. For a QEMU elsewhere use `screendumpTo` with a file that both sides reach.
 */
export declare function screendump(client: AnyClient, options?: ScreendumpOptions): Promise<Uint8Array>;
//# sourceMappingURL=screendump.d.ts.map

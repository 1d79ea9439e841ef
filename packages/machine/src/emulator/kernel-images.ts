import type { KernelModule } from './multiboot.js';

/** A kernel to start without a BIOS: Linux, or one with a multiboot header. */
export interface KernelImages {
  /** A Linux kernel (bzImage), or a multiboot kernel. */
  readonly kernel: Uint8Array;
  /** The initial RAM disk of Linux. */
  readonly initrd?: Uint8Array;
  /** The modules of a multiboot kernel. */
  readonly modules?: readonly KernelModule[];
  readonly commandLine: string;
}

import { createRequire } from 'node:module';
import type { VersionInfo } from 'qmp/protocol';

function packageVersion(name: string): string {
  const read: unknown = createRequire(import.meta.url)(name);
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown';
}

/** This package's version. */
export const programVersion = packageVersion('../../package.json');

/** The QEMU whose monitor this machine follows, with what it really is as the package. */
export const monitorVersion: VersionInfo = {
  qemu: { micro: 0, minor: 2, major: 7 },
  package: ` (qmp-machine ${programVersion})`,
};

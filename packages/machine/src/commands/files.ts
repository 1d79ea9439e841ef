const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  ENAMETOOLONG: 'File name too long',
  EPERM: 'Operation not permitted',
  EIO: 'Input/output error',
  EINVAL: 'Invalid argument',
  ETIMEDOUT: 'Connection timed out',
  EPIPE: 'Broken pipe',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENOTFOUND: 'Name or service not known',
};

/** What the system says of an error by its name, such as `EIO`; undefined for one that is not known here. */
export function problemOf(code: string): string | undefined {
  return PROBLEMS[code];
}

/** What the system says of a failed file operation, in the words of its C library. */
export function fileProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return PROBLEMS[code] ?? error.message;
}

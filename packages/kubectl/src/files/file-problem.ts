import type { FileErrorCode } from '@tabernetes/node-api';

const TEXTS: Readonly<Partial<Record<FileErrorCode, string>>> = {
  ENOENT: 'no such file or directory',
  EEXIST: 'file exists',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ENOTEMPTY: 'directory not empty',
  EACCES: 'permission denied',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
  ELOOP: 'too many levels of symbolic links',
  EINVAL: 'invalid argument',
};

/** What Go says of a file operation that failed: `open web.yaml: permission denied`. Other errors stay as they are. */
function fileProblem(operation: 'open' | 'stat' | 'mkdir' | 'read', path: string, error: unknown): unknown {
  const text = TEXTS[(error as { readonly code?: FileErrorCode }).code ?? 'EBUSY'];
  return text === undefined ? error : new Error(`${operation} ${path}: ${text}`, { cause: error });
}

/** Does something to a file. @throws {Error} in Go's words */
export function onFile<T>(operation: 'open' | 'stat' | 'mkdir' | 'read', path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileProblem(operation, path, error);
  }
}

import type { FileError, FileErrorCode } from '@tabernetes/node-api';

/** What Linux says for each code; programs print it after the path. */
const FILE_ERROR_TEXTS: Readonly<Record<FileErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  EACCES: 'Permission denied',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
  ELOOP: 'Symbolic link loop',
  ENAMETOOLONG: 'File name too long',
  EINVAL: 'Invalid argument',
  EBUSY: 'Device or resource busy',
  EXDEV: 'Invalid cross-device link',
};

/** A refused file operation; the message is Linux's text alone, the path stands beside it. */
export class FileOperationError extends Error implements FileError {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  readonly path: string;

  constructor(code: FileErrorCode, path: string) {
    super(FILE_ERROR_TEXTS[code]);
    this.code = code;
    this.path = path;
  }
}

/** @throws {FileOperationError} always */
export function fail(code: FileErrorCode, path: string): never {
  throw new FileOperationError(code, path);
}

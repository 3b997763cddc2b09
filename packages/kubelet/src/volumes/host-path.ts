import type { FileSystem, FileType } from '@tabernetes/node-api';

/**
 * Checks (or makes) what a hostPath volume asks for on the node.
 *
 * @throws {Error} with the words that FailedMount events end in
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/volume/hostpath/host_path.go
 */
export function checkHostPath(fs: FileSystem, path: string, type: string): void {
  const found = typeOf(fs, path);
  switch (type) {
    case '':
      // The container runtime makes directories that are missing.
      if (found === undefined) fs.mkdir(path, { recursive: true, mode: 0o755 });
      return;
    case 'DirectoryOrCreate':
      if (found === undefined) fs.mkdir(path, { recursive: true, mode: 0o755 });
      else if (found !== 'directory') throw failed(path, 'a directory');
      return;
    case 'Directory':
      if (found !== 'directory') throw failed(path, 'a directory');
      return;
    case 'FileOrCreate':
      if (found === undefined) fs.writeFile(path, '', { mode: 0o644 });
      else if (found !== 'file') throw failed(path, 'a file');
      return;
    case 'File':
      if (found !== 'file') throw failed(path, 'a file');
      return;
    case 'Socket':
      throw failed(path, 'a socket file');
    case 'CharDevice':
      if (found !== 'device') throw failed(path, 'a character device');
      return;
    case 'BlockDevice':
      throw failed(path, 'a block device');
    default:
      throw new Error(`${type} is an invalid volume type`);
  }
}

function typeOf(fs: FileSystem, path: string): FileType | undefined {
  return fs.exists(path) ? fs.stat(path).type : undefined;
}

const failed = (path: string, what: string): Error => new Error(`hostPath type check failed: ${path} is not ${what}`);

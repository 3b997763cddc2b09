import { fail } from '../file-system/file-error.ts';
import type { FifoNode } from '../file-system/node.ts';
import { Device, openLive, RegularFile } from './files.ts';
import type { OpenFile } from './open-file.ts';
import { Pipe } from './pipe.ts';
import type { Proc } from './proc.ts';

export interface OpenOptions {
  /** Default read. */
  readonly mode?: 'read' | 'write' | 'append' | 'readwrite';
  readonly exclusive?: boolean;
  /** Default true for write. */
  readonly truncate?: boolean;
}

/** Opens a file as a process may. @throws {FileOperationError} */
export function openPath(
  proc: Proc,
  path: string,
  { mode = 'read', exclusive = false, truncate = mode === 'write' }: OpenOptions,
): OpenFile {
  const { fs } = proc;
  const node = mode === 'read' ? fs.readable(path) : fs.writable(path, { exclusive, truncate });
  switch (node.type) {
    case 'file':
      return new RegularFile(fs, node, path, mode === 'append');
    case 'live':
      return openLive(node, path);
    case 'fifo':
      return openFifo(node, path, mode === 'read');
    case 'device': {
      const open = node.open ?? (node.device === 'fd' ? () => proc.fds.get(Number(node.number))?.retain() : undefined);
      if (open !== undefined) return (open() as OpenFile | undefined) ?? fail('ENOENT', path);
      if (node.device === 'tty') {
        const terminal = [...proc.fds.values()].find((file) => file.terminal);
        return terminal?.retain() ?? fail('ENOENT', path);
      }
      return new Device(node.device, path, () => proc.rng.uint32());
    }
    default:
      return fail('EISDIR', path);
  }
}

function openFifo(node: FifoNode, path: string, read: boolean): OpenFile {
  const pipe = node.pipe instanceof Pipe ? node.pipe : new Pipe(path, { named: true });
  node.pipe = pipe;
  return read ? pipe.readEnd() : pipe.writeEnd();
}

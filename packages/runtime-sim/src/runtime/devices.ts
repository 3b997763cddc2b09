import { type DirectoryNode, device, directory, symlink } from '../file-system/node.ts';

/** /dev; with a terminal it is the console as well. */
export function devices(hasTerminal: boolean): DirectoryNode {
  return directory([
    ['null', device('null')],
    ['zero', device('zero')],
    ['full', device('full')],
    ['random', device('random')],
    ['urandom', device('random')],
    ['tty', device('tty')],
    ...(hasTerminal ? [['console', device('tty', { mode: 0o620 })] as const] : []),
    ['ptmx', symlink('pts/ptmx')],
    ['fd', symlink('/proc/self/fd')],
    ['stdin', symlink('/proc/self/fd/0')],
    ['stdout', symlink('/proc/self/fd/1')],
    ['stderr', symlink('/proc/self/fd/2')],
    ['shm', directory([], 0o1777)],
    ['mqueue', directory([], 0o1777)],
    ['pts', directory([], 0o755)],
  ]);
}

/** /dev of every container, until it changes something there. */
export const DEVICES: DirectoryNode = devices(false);
export const TERMINAL_DEVICES: DirectoryNode = devices(true);

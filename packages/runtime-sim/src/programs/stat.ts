import type { FileStat, Process } from '@tabernetes/node-api';
import { attempt, command, complain, Failure, UsageError } from './support/command.ts';
import { formatDate } from './support/date-format.ts';
import { parseOptions } from './support/options.ts';
import { accountNames, modeText } from './support/paths.ts';

/** Tells of files. */
export const stat = command('[-ltf] [-c FMT] FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'ltfLc:', { format: 'c', dereference: 'L', printf: 'c' });
  if (options.operands.length === 0) throw new UsageError('');
  const format = options.value('c') ?? (options.has('t') ? TERSE : undefined);
  if (options.has('f')) throw new Failure('file systems are not simulated: -f');
  let code = 0;
  for (const path of options.operands) {
    const found = attempt(() => (options.has('L') ? process.fs.stat(path) : process.fs.lstat(path)));
    if ('error' in found) {
      await complain(process, `can't stat '${path}': ${found.error.message}`);
      code = 1;
    } else
      await process.stdout.write(
        format === undefined ? whole(process, path, found.value) : `${filled(process, format, path, found.value)}\n`,
      );
  }
  return code;
});

const TERSE = '%n %s %b %f %u %g %D %i %h 0 0 %X %Y %Z %o';

const TYPES: Readonly<Record<FileStat['type'], string>> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  device: 'character special file',
};

function typeText({ type, size }: FileStat): string {
  return type === 'file' && size === 0 ? 'regular empty file' : TYPES[type];
}

function filled(process: Process, format: string, path: string, stat: FileStat): string {
  const seconds = Math.floor(stat.modifiedMs / 1000);
  const time = formatDate('%F %T.%N +0000', stat.modifiedMs);
  const fields: Record<string, () => string> = {
    a: () => (stat.mode & 0o7777).toString(8),
    A: () => modeText(stat.type, stat.mode),
    b: () => String(Math.ceil(stat.size / 4096) * 8),
    B: () => '512',
    d: () => '72',
    f: () => (typeBits(stat) | stat.mode).toString(16),
    F: () => typeText(stat),
    g: () => String(stat.gid),
    G: () => accountNames(process, 'group').get(stat.gid) ?? 'UNKNOWN',
    h: () => String(stat.links ?? 1),
    i: () => '1',
    n: () => path,
    N: () => (stat.type === 'symlink' ? `'${path}' -> '${process.fs.readLink(path)}'` : `'${path}'`),
    o: () => '4096',
    s: () => String(stat.size),
    u: () => String(stat.uid),
    U: () => accountNames(process, 'passwd').get(stat.uid) ?? 'UNKNOWN',
    x: () => time,
    X: () => String(seconds),
    y: () => time,
    Y: () => String(seconds),
    z: () => time,
    Z: () => String(seconds),
    '%': () => '%',
  };
  return format.replace(/%([-0-9]*)([a-zA-Z%])/g, (text, width: string, letter: string) => {
    const value = fields[letter]?.();
    if (value === undefined) return text;
    return width.startsWith('-') ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
  });
}

function typeBits({ type }: FileStat): number {
  return { file: 0o100000, directory: 0o040000, symlink: 0o120000, fifo: 0o010000, device: 0o020000 }[type];
}

function whole(process: Process, path: string, stat: FileStat): string {
  return [
    filled(process, '  File: %N', path, stat).replace(/^ {2}File: '(.*)'$/, '  File: $1'),
    filled(process, '  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F', path, stat),
    filled(process, 'Device: 48h/72d\tInode: %-10i  Links: %h', path, stat),
    `Access: (${stat.mode.toString(8).padStart(4, '0')}/${filled(process, '%A', path, stat)})  Uid: (${filled(process, '%5u/%8U', path, stat)})   Gid: (${filled(process, '%5g/%8G', path, stat)})`,
    filled(process, 'Access: %x', path, stat),
    filled(process, 'Modify: %y', path, stat),
    filled(process, 'Change: %z', path, stat),
    '',
  ].join('\n');
}

import type { Process } from '@tabernetes/node-api';
import { gunzipSync, gzipSync } from 'fflate';
import { isBusybox } from '../support/busybox.ts';
import { attempt, command, complain, Failure, UsageError } from '../support/command.ts';
import { readAll } from '../support/input.ts';
import { parseOptions } from '../support/options.ts';
import { isDirectory, joinPath, modeText } from '../support/paths.ts';
import { readTar, type TarMember, writeTar } from './tar-format.ts';

const LONG = {
  create: 'c',
  extract: 'x',
  list: 't',
  file: 'f',
  directory: 'C',
  gzip: 'z',
  verbose: 'v',
  'to-stdout': 'O',
  'strip-components': 'S:',
  exclude: 'X:',
  dereference: 'h',
  'no-recursion': 'R',
  'numeric-owner': 'n',
  'no-same-owner': 'o',
  'no-same-permissions': 'P',
  overwrite: 'w',
};

/** Archives: made, listed, taken apart. */
export const tar = command('c|x|t [-zhvO] [-f TARFILE] [-C DIR] [FILE]...', async (process) => {
  const [first = '', ...rest] = process.argv.slice(1);
  // Its options once stood without a dash.
  const args = first === '' || first.startsWith('-') ? [first, ...rest] : [`-${first}`, ...rest];
  const options = parseOptions(
    args.filter((word) => word !== ''),
    'cxtzjJf:C:vOmokhapX:T:',
    LONG,
  );
  const modes = ['c', 'x', 't'].filter((letter) => options.has(letter));
  if (modes.length !== 1) throw new UsageError('');
  if (options.has('j') || options.has('J')) throw new Failure('bzip2 and xz are not supported');
  const archive = options.value('f') ?? '-';
  const folder = options.value('C');
  const zipped = options.has('z') || (options.has('a') && /\.t?gz$/.test(archive));
  const within = (path: string): string =>
    folder === undefined || path.startsWith('/') ? path : path === '.' ? folder : joinPath(folder, path);
  const why = folder === undefined ? undefined : whyNotInto(process, folder);
  if (why !== undefined) throw new Failure(`can't change directory to '${folder}': ${why}`);
  if (options.has('c')) {
    if (options.operands.length === 0) throw new Failure('empty archive');
    const members: TarMember[] = [];
    let code = 0;
    let warned = false;
    const opened = attempt(() => (archive === '-' ? undefined : process.fs.writeFile(archive, '')));
    if ('error' in opened) throw new Failure(`can't open '${archive}': ${opened.error.message}`);
    const own = archive === '-' ? undefined : process.fs.realPath(archive);
    const stored = async (name: string): Promise<string> => {
      const safe = withoutUnsafePrefix(name);
      if (safe === name || warned) return safe;
      warned = true;
      const prefix = name.slice(0, name.length - safe.length);
      await complain(
        process,
        isBusybox(process)
          ? `removing leading '${prefix}' from member names`
          : `Removing leading \`${prefix}' from member names`,
      );
      return safe;
    };
    const excluded = options.values('X').map(glob);
    for (const operand of options.operands)
      code = Math.max(
        code,
        await collect(process, operand, within, members, {
          recurse: !options.has('R'),
          follow: options.has('h'),
          stored,
          archive: own,
          excluded: (name) => excluded.some((pattern) => pattern.test(name)),
        }),
      );
    if (options.has('v')) {
      const list = members.map(({ name }) => `${name}\n`).join('');
      await (archive === '-' ? process.stderr : process.stdout).write(list);
    }
    const bytes = writeTar(members, !isBusybox(process));
    const packed = zipped ? gzipSync(bytes) : bytes;
    if (archive === '-') await process.stdout.write(packed);
    else process.fs.writeFile(archive, packed);
    if (code !== 0) await complain(process, 'error exit delayed from previous errors');
    return code;
  }
  const read = await readAll(process, archive).catch((error: unknown) => {
    if (error instanceof Error && 'path' in error) throw new Failure(`can't open '${archive}': ${error.message}`);
    throw error;
  });
  const bytes = unzipped(read);
  const wanted = new Set(options.operands);
  const strip = Number(options.value('S') ?? 0);
  const isWanted = (name: string): boolean =>
    wanted.size === 0 || [...wanted].some((each) => name === each || name.startsWith(`${each.replace(/\/$/, '')}/`));
  try {
    const members: string[] = [];
    for (const member of readTar(bytes)) {
      members.push(member.name.replace(/^\.\//, ''), member.name);
      if (!isWanted(member.name.replace(/^\.\//, '')) && !isWanted(member.name)) continue;
      if (options.has('t')) await process.stdout.write(options.has('v') ? longLine(member) : `${member.name}\n`);
      else await extract(process, member, within, strip, options.has('O'), options.has('k'));
      if (options.has('x') && options.has('v')) await process.stdout.write(`${member.name}\n`);
    }
    for (const name of options.operands) {
      const plain = name.replace(/\/$/, '');
      if (members.some((each) => each === name || each === plain || each.startsWith(`${plain}/`))) continue;
      throw new Failure(`${name}: not found in archive`);
    }
  } catch (error) {
    if (error instanceof Error && /^(?:invalid tar magic|short read)$/.test(error.message))
      throw new Failure(error.message);
    throw error;
  }
  return 0;
});

function whyNotInto({ fs }: Process, folder: string): string | undefined {
  const found = attempt(() => fs.stat(folder).type);
  if ('error' in found) return found.error.message;
  if (found.value !== 'directory') return 'Not a directory';
  return fs.may?.(folder, 'execute') === false ? 'Permission denied' : undefined;
}

interface Collecting {
  readonly recurse: boolean;
  readonly follow: boolean;
  excluded(name: string): boolean;
  /** Where the archive is written to, which is not to be in it; undefined: nowhere. */
  readonly archive: string | undefined;
  /** The name in the archive, from which nothing can be written outside of the directory that it is unpacked in. */
  stored(name: string): Promise<string>;
}

/** Without slashes at the beginning, and without all up to the last step upwards. */
const withoutUnsafePrefix = (name: string): string =>
  name
    .replace(/^\/+/, '')
    .replace(/^(?:.*\/)?\.\.(?:\/+|$)/s, '')
    .replace(/^\/+/, '');

async function collect(
  process: Process,
  name: string,
  within: (path: string) => string,
  members: TarMember[],
  options: Collecting,
): Promise<number> {
  if (options.excluded(name)) return 0;
  const path = within(name);
  const found = attempt(() => (options.follow ? process.fs.stat(path) : process.fs.lstat(path)));
  if ('error' in found) {
    await complain(process, `${name}: ${found.error.message}`);
    return 1;
  }
  const { type, mode, uid, gid, modifiedMs } = found.value;
  if (options.archive !== undefined && type === 'file' && process.fs.realPath(path) === options.archive) {
    await complain(process, `${name}: file is the archive; skipping`);
    return 0;
  }
  if (type !== 'file' && type !== 'directory' && type !== 'symlink') return 0;
  const read = attempt(() => (type === 'file' ? process.fs.readFile(path) : NOTHING));
  if ('error' in read) {
    await complain(process, `can't open '${name}': ${read.error.message}`);
    return 1;
  }
  const stored = await options.stored(name);
  if (stored !== '')
    members.push({
      name: type === 'directory' ? `${stored.replace(/\/$/, '')}/` : stored,
      type,
      mode,
      uid,
      gid,
      modifiedMs,
      target: type === 'symlink' ? process.fs.readLink(path) : '',
      content: read.value,
    });
  let code = 0;
  const inner = attempt(() => (type === 'directory' && options.recurse ? process.fs.readDirectory(path) : []));
  if ('error' in inner) {
    await complain(process, `can't open '${name}': ${inner.error.message}`);
    return 1;
  }
  for (const each of inner.value)
    code = Math.max(code, await collect(process, joinPath(name, each), within, members, options));
  return code;
}

async function extract(
  process: Process,
  member: TarMember,
  within: (path: string) => string,
  strip: number,
  toStdout: boolean,
  keep: boolean,
): Promise<void> {
  const { fs } = process;
  const parts = member.name
    .replace(/^\/+/, '')
    .split('/')
    .filter((part) => part !== '.' && part !== '');
  if (parts.includes('..')) throw new Failure(`name with '..': ${member.name}`);
  const name = parts.slice(strip).join('/');
  if (name === '') return;
  if (toStdout) {
    if (member.type === 'file') await process.stdout.write(member.content);
    return;
  }
  const path = within(name);
  if (keep && member.type !== 'directory' && fs.exists(path)) return;
  for (let end = name.indexOf('/'); end > 0; end = name.indexOf('/', end + 1)) {
    const above = within(name.slice(0, end));
    if (isDirectory(process, above)) continue;
    const made = attempt(() => fs.mkdir(above));
    if (!('error' in made)) continue;
    await complain(process, `can't create directory '${name.slice(0, end)}': ${made.error.message}`);
    break;
  }
  if (member.type === 'directory') {
    const made = attempt(() => fs.mkdir(path));
    if ('error' in made && made.error.code !== 'EEXIST')
      await complain(process, `can't make dir ${name}: ${made.error.message}`);
    attempt(() => fs.chmod(path, member.mode));
    return;
  }
  const old = attempt(() => fs.lstat(path).type);
  const removed = attempt(() => ('value' in old && old.value !== 'directory' ? fs.remove(path) : undefined));
  if ('value' in old && old.value === 'directory') throw new Failure(`can't remove old file ${name}: Is a directory`);
  const [kept] = [old, removed].flatMap((one) => ('error' in one && one.error.code !== 'ENOENT' ? [one.error] : []));
  if (kept !== undefined) throw new Failure(`can't remove old file ${name}: ${kept.message}`);
  const put = attempt(() => {
    if (member.type === 'symlink') fs.symlink(member.target, path);
    else {
      fs.writeFile(path, member.content, { mode: member.mode });
      fs.touch(path, member.modifiedMs);
    }
  });
  if (!('error' in put)) return;
  // The kernel says so before it looks whether there is anything to remove.
  if (put.error.code === 'EROFS') throw new Failure(`can't remove old file ${name}: ${put.error.message}`);
  throw new Failure(
    member.type === 'symlink'
      ? `can't create symlink '${name}' to '${member.target}': ${put.error.message}`
      : `can't open '${name}': ${put.error.message}`,
  );
}

const NOTHING = new Uint8Array(0);

const unzipped = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

function longLine({ name, type, mode, uid, gid, modifiedMs, content, target }: TarMember): string {
  const time = new Date(modifiedMs).toISOString().slice(0, 19).replace('T', ' ');
  const link = type === 'symlink' ? ` -> ${target}` : '';
  return `${modeText(type, mode)} ${uid === 0 ? 'root' : uid}/${gid === 0 ? 'root' : gid} ${String(content.length).padStart(9)} ${time} ${name}${link}\n`;
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `(?:^|/)${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

import type { FileStat, Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import { mountBelow, mountsOf } from '../../programs/support/mounts.ts';
import { flag } from '../serve.ts';

const NEW_FILE = 'mount-tester new file\n';
const RETRY_MS = 2_000;
/** What statfs(2) calls file systems. */
const MAGIC: Readonly<Record<string, number>> = { ext4: 0xef53, overlay: 0x794c7630, proc: 0x9fa0, sysfs: 0x62656572 };

/**
 * Says of what kind files are, whose, and what is in them, after it has written those that it is told to write.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/test/images/agnhost/mounttest/mt.go
 */
export async function mounttest(process: Process): Promise<number> {
  const { fs } = process;
  let failures = 0;
  const say = (line: string): Promise<void> => process.stdout.write(`${line}\n`);
  /** What it does with a path that a flag names; mistakes are told in Go's words. */
  const each = async (
    name: string,
    act: (path: string) => readonly string[],
    told: (path: string, reason: string) => string,
  ) => {
    const path = flag(process, name);
    if (path === undefined || path === '') return;
    const done = attempt(() => act(path));
    if ('error' in done) failures++;
    const lines = 'error' in done ? [told(path, lowerFirst(done.error.message))] : done.value;
    for (const line of lines) await say(line);
  };
  const content = (path: string): readonly string[] => [`content of file ${quoted(path)}: ${fs.readText(path)}`];
  const stat = (path: string, reason: string): string => `error from Stat(${quoted(path)}): stat ${path}: ${reason}`;

  await each(
    'fs_type',
    (path) => [`mount type of ${quoted(path)}: ${fsType(process, path)}`],
    (path, reason) => `error from statfs(${quoted(path)}): ${reason}`,
  );
  for (const mode of ['0644', '0666', '0660', '0777'])
    await each(
      `new_file_${mode}`,
      (path) => {
        fs.writeFile(path, NEW_FILE, { mode: Number.parseInt(mode, 8) });
        return content(path);
      },
      (path, reason) => `error writing new file ${quoted(path)}: open ${path}: ${reason}`,
    );
  await each('file_mode', (path) => [`mode of file ${quoted(path)}: ${modeText(fs.stat(path))}`], stat);
  await each('file_perm', (path) => [`perms of file ${quoted(path)}: -${permissions(fs.stat(path))}`], stat);
  await each(
    'file_owner',
    (path) => {
      const { uid, gid } = fs.stat(path);
      return [`owner UID of ${quoted(path)}: ${uid}`, `owner GID of ${quoted(path)}: ${gid}`];
    },
    (path, reason) => `error from stat(${quoted(path)}): ${reason}`,
  );
  await each(
    'file_content',
    content,
    (path, reason) => `error reading file content for ${quoted(path)}: open ${path}: ${reason}`,
  );
  const looked = flag(process, 'file_content_in_loop');
  if (looked !== undefined && looked !== '' && !(await inLoop(process, looked, say))) failures++;
  return failures === 0 ? 0 : 1;
}

/** Reads a file again and again. @returns whether it could be read the last time */
async function inLoop(process: Process, path: string, say: (line: string) => Promise<void>): Promise<boolean> {
  const untilMs = process.now() + Number(flag(process, 'retry_time') ?? 180) * 1000;
  const stopsWhenRight = flag(process, 'break_on_expected_content') !== 'false';
  let isRead = true;
  for (; process.now() < untilMs; await process.sleep(RETRY_MS)) {
    const read = attempt(() => process.fs.readText(path));
    isRead = 'value' in read;
    if ('error' in read) {
      await say(`Error reading file ${path}: open ${path}: ${lowerFirst(read.error.message)}, retrying`);
      continue;
    }
    await say(`content of file ${quoted(path)}: ${read.value}`);
    if (!stopsWhenRight) continue;
    if (read.value === NEW_FILE) break;
    await say(`Unexpected content. Expected: ${NEW_FILE}. Retrying`);
  }
  return isRead;
}

/** What the mount is that a path lies on: `tmpfs`, or a number. */
function fsType(process: Process, path: string): string {
  const { type = 'overlay' } = mountBelow(mountsOf(process), process.fs.realPath(path)) ?? {};
  return type === 'tmpfs' ? type : String(MAGIC[type] ?? MAGIC['ext4']);
}

/** Go's `fs.FileMode`: `drwxr-xr-x`, `dtrwxrwxrwx`. */
function modeText(stat: FileStat): string {
  const { type, mode } = stat;
  const kind = type === 'directory' ? 'd' : type === 'device' ? 'D' : type === 'fifo' ? 'p' : '';
  const bits = `${mode & 0o4000 ? 'u' : ''}${mode & 0o2000 ? 'g' : ''}${mode & 0o1000 ? 't' : ''}`;
  return `${kind + bits || '-'}${permissions(stat)}`;
}

const permissions = ({ mode }: FileStat): string =>
  [6, 3, 0]
    .map((shift) => ['r', 'w', 'x'].map((letter, i) => ((mode >> shift) & (4 >> i) ? letter : '-')).join(''))
    .join('');

const quoted = (path: string): string => JSON.stringify(path);
const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

import type { Rng } from '@tabernetes/base';
import type { FileSystem } from '@tabernetes/node-api';

/** One file of a volume whose content the kubelet writes. */
export interface FileContent {
  /** A function makes a text that is costly and seldom read; the same function stands for the same text. */
  readonly content: FileBody;
  readonly mode: number;
  /** Whose it is. Default: root's. */
  readonly uid?: number;
}

type FileBody = string | Uint8Array | (() => string);

/** Files by path below the volume's top. */
export type Payload = ReadonlyMap<string, FileContent>;

/** What the directory of a version of the files is called: no other version has that name. */
export const versionName = (rng: Rng, nowMs: number): string => `..${timestamp(nowMs)}.${rng.int(2 ** 32)}`;

/** Bytes of the files at most, but for those that are made when they are looked at. */
export function mostBytes(payload: Payload): number {
  let sum = 0;
  for (const { content } of payload.values()) {
    if (typeof content !== 'function') sum += typeof content === 'string' ? content.length * 3 : content.length;
  }
  return sum;
}

/**
 * Replaces all files of a volume at once, so that readers see the old ones or the new ones; `directory` is a new {@link versionName}:
 *
 *   ..2026_11_20_23_22_25.123456789/app.conf    the files
 *   ..data -> ..2026_11_20_23_22_25.123456789   renamed over the old one
 *   app.conf -> ..data/app.conf                 what the container opens
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/volume/util/atomic_writer.go
 */
export function writeAtomically(fs: FileSystem, payload: Payload, directory: string, gid?: number): void {
  const old = fs.exists(DATA) ? fs.readLink(DATA) : undefined;
  const top = `/${directory}`;
  fs.mkdir(top, { mode: 0o755 });
  const made = new Set<string>();
  for (const [path, { content, mode, uid }] of payload) {
    const slash = path.lastIndexOf('/');
    if (slash > 0 && !made.has(path.slice(0, slash))) {
      made.add(path.slice(0, slash));
      fs.mkdir(`${top}/${path.slice(0, slash)}`, { recursive: true, mode: 0o755 });
    }
    const file = `${top}/${path}`;
    const bits = gid === undefined ? mode : mode | 0o440;
    if (typeof content !== 'function') fs.writeFile(file, content, { mode: bits });
    else if (fs.writeLater !== undefined) fs.writeLater(file, content, { mode: bits });
    else fs.writeFile(file, content(), { mode: bits });
    if (gid !== undefined || uid !== undefined) fs.chown(file, uid ?? 0, gid ?? 0);
  }
  if (gid !== undefined) {
    fs.chown(top, 0, gid);
    // Nobody may write there: it is a volume to read.
    fs.chmod(top, 0o2755);
  }
  fs.symlink(directory, '/..data_tmp');
  fs.rename('/..data_tmp', DATA);
  const visible = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? path));
  const linked = linksIn(fs);
  for (const name of visible) if (!linked.has(name)) fs.symlink(`..data/${name}`, `/${name}`);
  if (old === undefined) return;
  for (const name of fs.readDirectory('/')) {
    if (!name.startsWith('..') && !visible.has(name)) fs.remove(`/${name}`);
  }
  fs.remove(`/${old}`, { recursive: true, force: true });
}

/** Whether two payloads would be the same files. */
export function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  for (const [path, { content, mode, uid }] of a) {
    const other = b.get(path);
    if (other === undefined || other.mode !== mode || other.uid !== uid || !sameContent(content, other.content))
      return false;
  }
  return true;
}

function sameContent(a: FileBody, b: FileBody): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A new volume has nothing in it, which is known without asking for each of its names. */
function linksIn(fs: FileSystem): ReadonlySet<string> {
  return new Set(fs.readDirectory('/').filter((name) => fs.lstat(`/${name}`).type === 'symlink'));
}

const DATA = '/..data';

/** `2026_11_20_23_22_25` */
const timestamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-T:]/g, '_');

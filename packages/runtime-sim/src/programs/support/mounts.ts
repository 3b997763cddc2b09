import type { Process } from '@tabernetes/node-api';
import { attempt } from './command.ts';

/** A line of /proc/mounts. */
export interface Mounted {
  readonly source: string;
  readonly at: string;
  /** `overlay`, `tmpfs`, `ext4` … */
  readonly type: string;
  /** Comma-separated. */
  readonly options: string;
}

/** What is mounted, the oldest first; without a /proc the root alone. */
export function mountsOf({ fs }: Process): readonly Mounted[] {
  const read = attempt(() => fs.readText('/proc/mounts'));
  const lines = ('value' in read ? read.value : 'overlay / overlay rw 0 0\n').trimEnd().split('\n');
  return lines.map((line) => {
    const [source = '', at = '', type = '', options = ''] = line.split(' ');
    return { source, at, type, options };
  });
}

/** The innermost of those that a path without symbolic links lies on. */
export function mountBelow<M extends Mounted>(mounts: readonly M[], realPath: string): M | undefined {
  let found: M | undefined;
  for (const mount of mounts) {
    const { at } = mount;
    const isOn = realPath === at || realPath.startsWith(at === '/' ? '/' : `${at}/`);
    if (isOn && at.length >= (found?.at.length ?? 0)) found = mount;
  }
  return found;
}

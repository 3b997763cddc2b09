import type { PodSandboxConfig } from '@tabernetes/node-api';
import type { DirectoryNode } from '../file-system/node.ts';
import { RuntimeError } from './runtime-error.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly groups: readonly number[];
}

/**
 * @throws {RuntimeError} for a group without a user, in containerd's words, its slip of the pen and all
 * @see containerd 1.6, pkg/cri/server/sandbox_run_linux.go
 */
export function checkSandboxUser({ runAsUser, runAsGroup }: PodSandboxConfig): void {
  if (runAsGroup === undefined || runAsUser !== undefined) return;
  const why = `failed to generate user string: user group "${runAsGroup}" is specified without user`;
  throw new RuntimeError('Unknown', `failed to generate sanbdox container spec options: ${why}`);
}

/** Who a container runs as: `user` and `user:group`, by number or by name in the image's /etc/passwd and /etc/group. */
export function findUser(root: DirectoryNode, user: string): User | undefined {
  const [name = '', group] = user.split(':');
  const numeric = /^\d+$/.test(name);
  const entry = lines(root, 'passwd').find((fields) => (numeric ? fields[2] === name : fields[0] === name));
  if (entry === undefined && !numeric) return undefined;
  const uid = Number(entry?.[2] ?? name);
  let gid = Number(entry?.[3] ?? 0);
  if (group !== undefined) {
    const found = lines(root, 'group').find((fields) => fields[0] === group || fields[2] === group);
    if (found === undefined && !/^\d+$/.test(group)) return undefined;
    gid = Number(found?.[2] ?? group);
  }
  const groups = lines(root, 'group')
    .filter((fields) => entry !== undefined && (fields[3] ?? '').split(',').includes(entry[0] ?? ''))
    .map((fields) => Number(fields[2]));
  return { uid, gid, home: entry?.[5] ?? '/', groups };
}

function lines(root: DirectoryNode, file: string): readonly (readonly string[])[] {
  const etc = root.entries.get('etc');
  const node = etc?.type === 'directory' ? etc.entries.get(file) : undefined;
  if (node?.type !== 'file') return [];
  return node.content
    .text()
    .split('\n')
    .map((line) => line.split(':'));
}

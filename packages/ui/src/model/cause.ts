import type { KubeObject } from '@tabernetes/apimachinery';
import type { WorldWrite } from '@tabernetes/worker/connect';
import { idOf, referencesOf } from './references.ts';

/** Who writes because of what others wrote; everybody else is somebody who wants something. */
const COMPONENTS = new Set(['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-apiserver']);
/** Writes of a chain that are shown. */
const MOST_LINKS = 20;

type Find = (kind: string, namespace: string, name: string) => KubeObject | undefined;

/**
 * The earlier write that a write answers. The API does not record this; it follows from how controllers work: they watch an object, what
 * it owns and what it selects, and act on the last thing that happened to these. Undefined: it was asked for from outside, or what it
 * answers is forgotten.
 *
 * @param writes oldest first
 */
export function causeOf(write: WorldWrite, writes: readonly WorldWrite[], find: Find): WorldWrite | undefined {
  const { verb, manager, changed } = write;
  // Who deletes is not told; when the object has gone for good, it is the end of that.
  const isAnswer = manager === '' ? verb === 'delete' || changed.includes('spec.nodeName') : COMPONENTS.has(manager);
  if (!isAnswer) return undefined;
  const own = idOf(write);
  const object = find(write.kind, write.namespace, write.name);
  const names = object === undefined ? [] : referencesOf(object).names;
  const above = new Set(names.filter(({ relation }) => relation === 'ownedBy' || relation === 'endpointsOf').map(idOf));
  const below = new Set(names.filter(({ relation }) => relation === 'sendsTo').map(idOf));
  const isStatus = verb === 'update' && changed.length > 0 && changed.every((field) => field.startsWith('status'));
  const isBelow = (earlier: WorldWrite): boolean => {
    if (below.has(idOf(earlier))) return true;
    const other = isStatus ? find(earlier.kind, earlier.namespace, earlier.name) : undefined;
    return (
      other !== undefined && referencesOf(other).names.some((name) => name.relation === 'ownedBy' && idOf(name) === own)
    );
  };
  for (let at = indexBefore(write, writes); at >= 0; at--) {
    const earlier = writes[at];
    if (earlier === undefined) break;
    const id = idOf(earlier);
    if (id === own && (earlier.manager !== manager || verb === 'delete')) return earlier;
    // What is asked for goes down to what an object owns, what became of it comes up from there.
    if (isBelow(earlier) || (!isStatus && above.has(id) && isWish(earlier))) return earlier;
  }
  return undefined;
}

/** True of writes that change what is asked for. */
const isWish = ({ verb, changed }: WorldWrite): boolean =>
  verb !== 'update' || changed.some((field) => !field.startsWith('status'));

/** A write and what led to it, oldest first. */
export function chainOf(write: WorldWrite, writes: readonly WorldWrite[], find: Find): readonly WorldWrite[] {
  const chain = [write];
  for (let cause = causeOf(write, writes, find); cause !== undefined && chain.length < MOST_LINKS; ) {
    chain.unshift(cause);
    cause = causeOf(cause, writes, find);
  }
  return chain;
}

/** The newest write that is older than this one. */
function indexBefore({ revision }: WorldWrite, writes: readonly WorldWrite[]): number {
  let [from, to] = [0, writes.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((writes[middle]?.revision ?? 0) < revision) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

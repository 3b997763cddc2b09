import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { podSign, type Sign } from '../model/pod-sign.ts';

/** Pods by where they are. */
export interface Placement {
  /** By the name of their node. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  /** Bound to no node, or to one that is not there any more. */
  readonly waiting: readonly Pod[];
  /** How many have each sign, the most first. */
  readonly signs: readonly (readonly [sign: Sign, count: number])[];
  /** What it was made of. */
  readonly made: Made;
}

/** Pods, and beside them what was found out about each: looking at one that has not changed costs more than all else here. */
interface Made {
  readonly namespace: string;
  readonly filter: string;
  readonly names: readonly string[];
  readonly pods: readonly Pod[];
  /** Places in `names`; below zero: {@link WAITING}, {@link HIDDEN}. */
  readonly homes: readonly number[];
  readonly signs: readonly Sign[];
}

const WAITING = -1;
const HIDDEN = -2;

/**
 * Pods of a namespace (empty: of all) whose name has the filter in it, by node. `before`: where they were; the Pods of a
 * node are the same array as long as none of them has changed. Pods that are ordered by namespace and name, as they
 * were before, are not looked at again.
 */
export function placed(
  pods: readonly Pod[],
  nodes: readonly Node[],
  namespace: string,
  filter: string,
  before?: Placement,
): Placement {
  const names = nodes.map(({ metadata }) => metadata.name ?? '');
  const places = new Map(names.map((name, place) => [name, place]));
  const known = before !== undefined && isFor(before.made, namespace, filter, names) ? before.made : undefined;
  const isShown = ({ metadata: { namespace: of, name = '' } }: Pod): boolean =>
    (namespace === '' || of === namespace) && (filter === '' || name.includes(filter));
  const homes: number[] = [];
  const signs: Sign[] = [];
  const lists: Pod[][] = names.map(() => []);
  const waiting: Pod[] = [];
  const counts = new Map<Sign, number>();
  let at = 0;
  for (const pod of pods) {
    if (known !== undefined && known.pods[at] !== pod) at = whereIs(pod, known.pods, at);
    const isKnown = known?.pods[at] === pod;
    const home =
      (isKnown ? known.homes[at] : undefined) ??
      (isShown(pod) ? (places.get(pod.spec?.nodeName ?? '') ?? WAITING) : HIDDEN);
    const sign = (isKnown ? known.signs[at] : undefined) ?? podSign(pod).sign;
    if (isKnown) at++;
    homes.push(home);
    signs.push(sign);
    if (home === HIDDEN) continue;
    (lists[home] ?? waiting).push(pod);
    counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  return {
    byNode: new Map(names.map((name, place) => [name, kept(before?.byNode.get(name), lists[place] ?? [])])),
    waiting: kept(before?.waiting, waiting),
    signs: [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)),
    made: { namespace, filter, names, pods, homes, signs },
  };
}

const isFor = (made: Made, namespace: string, filter: string, names: readonly string[]): boolean =>
  made.namespace === namespace &&
  made.filter === filter &&
  made.names.length === names.length &&
  made.names.every((name, place) => name === names[place]);

/** Where a Pod stands among those from `from` on, or would. */
function whereIs(pod: Pod, among: readonly Pod[], from: number): number {
  let at = from;
  for (let other = among[at]; other !== undefined && other !== pod && isBefore(other, pod); other = among[at]) at++;
  return at;
}

const isBefore = (a: Pod, b: Pod): boolean => keyOf(a) < keyOf(b);

const keyOf = ({ metadata: { namespace = '', name = '' } }: Pod): string => `${namespace}/${name}`;

const kept = (before: readonly Pod[] | undefined, now: readonly Pod[]): readonly Pod[] =>
  before?.length === now.length && now.every((pod, at) => pod === before[at]) ? before : now;

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { ServerReader } from '../../server-reader.ts';
import { reasonText, violations } from './evaluate.ts';
import { type LevelVersion, levelText } from './policy.ts';

const PODS = { group: '', plural: 'pods' };
/** A Namespace may hold more Pods than a label's change may wait for. */
const MAX_PODS = 3000;

/** What to warn of when a Namespace gets a stricter level: the Pods that are there and violate it, grouped by why. */
export async function existingPodWarnings(
  reader: ServerReader,
  namespace: string,
  enforce: LevelVersion,
): Promise<readonly string[]> {
  const pods = oneOfEachOwnerFirst((await reader.list(PODS, namespace)) as readonly Pod[]);
  const checked = pods.slice(0, MAX_PODS);
  const names = new Map<string, string[]>();
  for (const { metadata, spec } of checked) {
    if (spec === undefined) continue;
    const found = violations(enforce, { annotations: metadata.annotations ?? {}, spec });
    if (found.length === 0) continue;
    const why = reasonText(found);
    const same = names.get(why) ?? [];
    names.set(why, same);
    same.push(metadata.name ?? '');
  }
  const warnings: string[] = [];
  if (checked.length < pods.length) {
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`,
    );
  }
  if (names.size > 0) {
    const level = levelText(enforce);
    warnings.push(`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${level}"`);
  }
  return [...warnings, ...[...names].map(([why, same]) => `${firstOf(same)}: ${why}`).sort()];
}

/** `a`, `a (and 1 other pod)`, `a (and 2 other pods)`. */
function firstOf(names: readonly string[]): string {
  const [first = ''] = [...names].sort();
  const others = names.length - 1;
  if (others === 0) return first;
  return `${first} (and ${others} other ${others === 1 ? 'pod' : 'pods'})`;
}

/** Pods of one controller are alike: the first of each stands for the others when there are too many. */
function oneOfEachOwnerFirst(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  const first: Pod[] = [];
  const rest: Pod[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
    (owner !== undefined && seen.has(owner) ? rest : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...rest];
}

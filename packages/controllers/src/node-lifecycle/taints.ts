import { kinds } from '@tabernetes/api';
import type { Node, Taint } from '@tabernetes/api/types/core-v1';
import { isConflict } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import { secondsText } from '../pods/disruption.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Condition and its status to the taint that says so. */
const BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const OURS: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...Object.values(BY_CONDITION).flatMap((byStatus) => Object.values(byStatus)),
]);

type TaintKey = Pick<Taint, 'key' | 'effect'>;
export const isSame = (a: TaintKey, b: TaintKey): boolean => a.key === b.key && a.effect === b.effect;
export const noExecute = (key: string): TaintKey => ({ key, effect: 'NoExecute' });

export interface TaintChange {
  readonly add: readonly TaintKey[];
  readonly remove: readonly TaintKey[];
}

/** What makes the NoSchedule taints say what the conditions and `spec.unschedulable` say; the taints of others stay. */
export function noScheduleChange({ spec, status }: Node): TaintChange {
  const wanted: TaintKey[] = [];
  for (const { type, status: is } of status?.conditions ?? []) {
    const key = BY_CONDITION[type]?.[is];
    if (key !== undefined) wanted.push({ key, effect: 'NoSchedule' });
  }
  if (spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  const there = (spec?.taints ?? []).filter((t) => t.effect === 'NoSchedule' && OURS.has(t.key));
  return {
    add: wanted.filter((w) => !there.some((t) => isSame(t, w))),
    remove: there.filter((t) => !wanted.some((w) => isSame(t, w))),
  };
}

const ATTEMPTS = 5;

/** Changes the taints of the node as it is now. Taints that are added say since when. Nothing is written when nothing differs. */
export async function changeTaints(
  client: Client,
  name: string,
  { add, remove }: TaintChange,
  nowMs: number,
): Promise<void> {
  const nodes = client.resource(kinds.node);
  for (let attempt = 1; ; attempt++) {
    const node = await nodes.get(name);
    const before = node.spec?.taints ?? [];
    const kept = before.filter((taint) => !remove.some((r) => isSame(r, taint)));
    const added = add
      .filter((a) => !kept.some((taint) => isSame(a, taint)))
      .map((a): Taint => ({ ...a, timeAdded: secondsText(nowMs) }));
    if (added.length === 0 && kept.length === before.length) return;
    try {
      await nodes.update({ ...node, spec: { ...node.spec, taints: [...kept, ...added] } });
      return;
    } catch (error) {
      const again = isConflict(error) && attempt < ATTEMPTS;
      if (!again) throw error;
    }
  }
}

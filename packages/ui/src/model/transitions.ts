import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Messages } from '../messages/messages.ts';
import { podSign } from './pod-sign.ts';

/** What was last told of a Pod. */
export interface PodState {
  readonly pod: Pod;
  readonly status: string;
}

/** More Pods than these are told of by their number. */
const NAMED = 3;

/** How Pods stand now, and what is to be said of those that stood otherwise: one sentence for each status. */
export function transitions(
  before: ReadonlyMap<string, PodState> | undefined,
  pods: readonly Pod[],
  words: Messages['narration'],
): { readonly now: ReadonlyMap<string, PodState>; readonly lines: readonly string[] } {
  const now = new Map<string, PodState>();
  const changed = new Map<string, string[]>();
  const note = (status: string, { metadata: { name = '' } }: Pod): void => {
    const names = changed.get(status);
    if (names === undefined) changed.set(status, [name]);
    else names.push(name);
  };
  for (const pod of pods) {
    const { uid = '' } = pod.metadata;
    const was = before?.get(uid);
    if (was?.pod === pod) {
      now.set(uid, was);
      continue;
    }
    const { status: word, ready, total } = podSign(pod);
    const status = word === 'Running' ? words.running(ready, total) : word;
    now.set(uid, { pod, status });
    if (was?.status !== status) note(status, pod);
  }
  for (const [uid, { pod }] of before ?? []) if (!now.has(uid)) note(words.gone, pod);
  return {
    now,
    lines: [...changed].map(([status, names]) =>
      names.length > NAMED ? words.many(names.length, status) : words.some(names.join(', '), status),
    ),
  };
}

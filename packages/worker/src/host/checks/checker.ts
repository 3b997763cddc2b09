import type { KubeObject } from '@tabernetes/apimachinery';
import type { CheckState } from '../../check-protocol.ts';
import type { StoreChange } from '../world-host.ts';
import { holds, partOf, standingOf, wordsFor } from './claim.ts';
import type { Expectation } from './expectation.ts';

/** What is known of a resource that somebody named. */
export interface NamedKind {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Follows one expectation, write by write. The cost of a write does not depend on how many objects there are. */
export interface Checker {
  /** True when what {@link state} says changed. */
  take(change: Pick<StoreChange, 'type' | 'kv'>, nowMs: number): boolean;
  readonly state: CheckState;
}

export function checker(expectation: Expectation, { group, kind, namespaced }: NamedKind, nowMs: number): Checker {
  const { text, always, claim, name, namespace, selector } = expectation;
  const parts = new Map<string, number>();
  let sum = 0;
  const isMeant = ({ apiVersion, kind: of, metadata }: KubeObject): boolean =>
    of === kind &&
    (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '') === group &&
    (name === undefined || metadata.name === name) &&
    (!namespaced || namespace === undefined || metadata.namespace === namespace) &&
    selector.matches(metadata.labels);
  const now = (sinceMs: number, before: CheckState | undefined): CheckState => {
    const isTrue = holds(claim, parts.size, sum);
    const wasTrue = before !== undefined && (before.state === 'met' || before.state === 'broken');
    const state = isTrue && before?.state !== 'broken' ? 'met' : always && wasTrue ? 'broken' : 'waiting';
    const isSame = before?.state === state;
    // What broke it stays to be read.
    if (isSame && state === 'broken') return before;
    const standing = standingOf(claim, parts.size, sum);
    return { text, state, detail: wordsFor(standing), standing, sinceMs: isSame ? before.sinceMs : sinceMs };
  };
  let state = now(nowMs, undefined);

  return {
    take({ type, kv }, timeMs) {
      const known = parts.get(kv.key);
      const part = type === 'put' && isMeant(kv.value) ? partOf(claim, kv.value) : undefined;
      if (part === known) return false;
      if (part === undefined) parts.delete(kv.key);
      else parts.set(kv.key, part);
      sum += (part ?? 0) - (known ?? 0);
      const next = now(timeMs, state);
      const isNews = next.state !== state.state || next.detail !== state.detail;
      state = next;
      return isNews;
    },
    get state() {
      return state;
    },
  };
}

import type { KubeObject } from '@tabernetes/apimachinery';

/** One stretch of a condition: from `atMs` on it was so. */
export interface ConditionStep {
  readonly status: string;
  readonly reason: string;
  /** Virtual milliseconds since the epoch. */
  readonly atMs: number;
}

/** Steps that are kept of one condition. */
const MOST_STEPS = 50;

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string;
}

/** How the conditions of objects changed while the page watched. The cost of a write is that of its own conditions. */
export class ConditionHistory {
  readonly #steps = new Map<string, Map<string, readonly ConditionStep[]>>();

  /** Takes an object as it is now. */
  note(object: KubeObject, nowMs: number): void {
    const { uid } = object.metadata;
    const { conditions } =
      (object as { readonly status?: { readonly conditions?: readonly Condition[] } }).status ?? {};
    if (uid === undefined || !Array.isArray(conditions)) return;
    const isNew = !this.#steps.has(uid);
    const known = this.#steps.get(uid) ?? new Map<string, readonly ConditionStep[]>();
    this.#steps.set(uid, known);
    for (const { type = '', status = '', reason = '', lastTransitionTime } of conditions as readonly Condition[]) {
      const steps = known.get(type) ?? [];
      const last = steps.at(-1);
      if (last?.status === status && last.reason === reason) continue;
      // What was before the page watched is known to the second alone.
      const since = isNew ? Date.parse(lastTransitionTime ?? '') : Number.NaN;
      known.set(type, [...steps, { status, reason, atMs: Number.isNaN(since) ? nowMs : since }].slice(-MOST_STEPS));
    }
  }

  forget(uid: string | undefined): void {
    if (uid !== undefined) this.#steps.delete(uid);
  }

  /** By type of condition, oldest first. */
  of(uid: string | undefined): ReadonlyMap<string, readonly ConditionStep[]> {
    return this.#steps.get(uid ?? '') ?? NONE;
  }
}

const NONE: ReadonlyMap<string, readonly ConditionStep[]> = new Map();

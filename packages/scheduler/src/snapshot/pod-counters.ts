import type { Labels } from '@tabernetes/apimachinery';
import type { PodCounter } from './pod-counter.ts';

/**
 * The counters that were asked for last, by their question, and by the label that a Pod must have to be of interest to them: so a Pod
 * that comes or goes is shown to the few that may count it, however many applications there are.
 *
 *   #byKey     spread|default|app=web ─► counter   …     least recently asked first
 *   #byLabel   app ─► web ─► { counter }
 *   #others    { counters of questions that name no label }
 */
export class PodCounters {
  readonly #byKey = new Map<string, PodCounter>();
  readonly #byLabel = new Map<string, Map<string, Set<PodCounter>>>();
  readonly #others = new Set<PodCounter>();
  readonly #limit: number;
  #latest: PodCounter | undefined;

  /** @param limit how many are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): PodCounter | undefined {
    // Pods of one application come one after the other.
    if (this.#latest?.key === key) return this.#latest;
    const known = this.#byKey.get(key);
    if (known === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, known);
    this.#latest = known;
    return known;
  }

  add(counter: PodCounter): void {
    const {
      key,
      question: { label },
    } = counter;
    this.#byKey.set(key, counter);
    this.#latest = counter;
    if (label === undefined) this.#others.add(counter);
    else {
      const values = this.#byLabel.get(label.key) ?? new Map<string, Set<PodCounter>>();
      const counters = values.get(label.value);
      if (counters === undefined) values.set(label.value, new Set([counter]));
      else counters.add(counter);
      this.#byLabel.set(label.key, values);
    }
    if (this.#byKey.size <= this.#limit) return;
    const [oldest] = this.#byKey.values();
    if (oldest !== undefined) this.#forget(oldest);
  }

  /** Calls back for those that may count a Pod with these labels. */
  concerned(labels: Labels | undefined, call: (counter: PodCounter) => void): void {
    this.#others.forEach(call);
    if (labels === undefined) return;
    for (const [key, values] of this.#byLabel) {
      const value = labels[key];
      if (value !== undefined) values.get(value)?.forEach(call);
    }
  }

  #forget(counter: PodCounter): void {
    const {
      key,
      question: { label },
    } = counter;
    this.#byKey.delete(key);
    this.#others.delete(counter);
    if (label === undefined) return;
    const values = this.#byLabel.get(label.key);
    const counters = values?.get(label.value);
    counters?.delete(counter);
    if (counters?.size === 0) values?.delete(label.value);
    if (values?.size === 0) this.#byLabel.delete(label.key);
  }
}

/** Work that now and then has to wait: yields what it waits for. */
export type Steps<T> = Generator<unknown, T, unknown>;

/** Runs it through: at once when it never waits, which is by far the most frequent case. */
export function drive<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  return first.done === true ? first.value : rest(steps, first.value);
}

async function rest<T>(steps: Steps<T>, awaited: unknown): Promise<T> {
  let wait: unknown = awaited;
  for (;;) {
    let outcome: { readonly value: unknown } | { readonly error: unknown };
    try {
      outcome = { value: await wait };
    } catch (error) {
      outcome = { error };
    }
    const next = 'error' in outcome ? steps.throw(outcome.error) : steps.next(outcome.value);
    if (next.done === true) return next.value;
    wait = next.value;
  }
}

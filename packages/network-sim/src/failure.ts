/** A promise that only ever fails, when it is told to; that nobody waits for it then does no harm. */
export interface Failure {
  readonly promise: Promise<never>;
  fail(error: unknown): void;
}

export function failureOnDemand(): Failure {
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, fail: (error) => fail(error) };
}

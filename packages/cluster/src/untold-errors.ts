import { StatusError } from '@tabernetes/apimachinery';

/** What the API refuses for now, components try again. */
export const isPassing = (error: unknown): boolean => error instanceof StatusError && PASSING.has(error.code);
const PASSING = new Set([409, 429, 500, 503, 504]);

/** An error that no caller can be told of must not pass unseen. */
export function throwToHost(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

import type { Filter } from './ast.ts';
import { isObject, JqError } from './values.ts';

/** A value and the path that leads to it from the program's input; no path for what was made up. */
export interface Found {
  readonly value: unknown;
  readonly path: readonly unknown[] | undefined;
}

export interface Closure {
  readonly params: readonly string[];
  readonly body: Filter;
  readonly scope: Scope;
}

/** Names in force. */
export interface Scope {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly functions: ReadonlyMap<string, Closure>;
  /** What `input` and `inputs` take. */
  readonly input?: () => unknown;
  readonly nowMs: () => number;
  readonly work: Work;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a filter: the parts of the language call it through here, as files cannot import each other in circles. */
  readonly run: (filter: Filter, input: Found, scope: Scope) => Generator<Found>;
}

/** A result that stands nowhere in the input. */
export const made = (value: unknown): Found => ({ value, path: undefined });

/** All that a filter makes of an input. @throws {JqError} */
export function* evaluate(filter: Filter, input: unknown, scope: Scope): Generator<unknown> {
  for (const { value } of search(filter, made(input), scope)) yield value;
}

/** The same with the paths that lead there. */
export function* search(filter: Filter, input: Found, scope: Scope): Generator<Found> {
  for (const found of scope.run(filter, input, scope)) {
    scope.work.step();
    yield found;
  }
}

/** The first result of a filter; undefined where there is none. */
export function first(filter: Filter, input: unknown, scope: Scope): unknown {
  for (const value of evaluate(filter, input, scope)) return value;
  return undefined;
}

/** Counts what a filter does between two results that somebody waits for. */
export class Work {
  #steps = 0;

  /** @throws {JqError} of a filter that seems to have no end: nothing can interrupt it */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new JqError(`gave up after ${MAX_STEPS} steps without a result`);
  }

  /** A value was made by copying another one: large ones take more than a step. @throws {JqError} */
  copied(value: unknown): void {
    if (Array.isArray(value)) this.step(Math.floor(value.length / ITEMS_PER_STEP));
    else if (isObject(value)) this.step(Math.floor(Object.keys(value).length / KEYS_PER_STEP));
  }

  /** There is a result. */
  done(): void {
    this.#steps = 0;
  }
}

const MAX_STEPS = 1_000_000;
/** What can be copied in the time of a step. */
const ITEMS_PER_STEP = 256;
const KEYS_PER_STEP = 8;

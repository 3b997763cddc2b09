import { afterEach } from 'vitest';
import type { Clock } from '../clock.ts';
import type { Disposable } from '../disposable.ts';

/** Remembers disposables and where they came from; see {@link leakCheck}. */
export interface LeakCheck {
  /** Returns a stand-in for the item, to be used in its place: disposing it disposes the item. */
  track<T extends Disposable>(item: T): T;
  /** The same clock, but every timer set through it must have fired or been disposed by the end of the test. */
  clock<C extends Clock>(clock: C): C;
  /** Where the living came from, oldest first. */
  leaks(): readonly string[];
}

/**
 * Fails each test of the enclosing suite that ends with something undisposed. Call it in a `describe` or at the top of
 * a test file.
 *
 * @throws in `afterEach`, with the place at which the first leak was made
 */
export function leakCheck(): LeakCheck {
  const check = leakRegister();
  afterEach(() => {
    const [first, ...others] = check.take();
    if (first !== undefined) throw new Error(`not disposed: ${others.length + 1}; the first was made at\n${first}`);
  });
  return check;
}

/** The bookkeeping without the hook. `take` returns the leaks and forgets them. */
export function leakRegister(): LeakCheck & { take(): readonly string[] } {
  const living = new Map<object, string>();

  function register(token: object): void {
    living.set(token, (new Error().stack ?? '').split('\n').slice(3).join('\n'));
  }

  const leaks = (): readonly string[] => [...living.values()];

  return {
    track(item) {
      register(item);
      return new Proxy(item, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (typeof value !== 'function') return value;
          if (property !== 'dispose') return value.bind(target);
          return () => {
            living.delete(item);
            target.dispose();
          };
        },
      });
    },
    clock(clock) {
      const setTimer: Clock['setTimer'] = (delayMs, callback, options) => {
        const token = {};
        register(token);
        const fire = (): void => {
          living.delete(token);
          callback();
        };
        const timer = clock.setTimer(delayMs, fire, options);
        return {
          dispose() {
            living.delete(token);
            timer.dispose();
          },
        };
      };
      return new Proxy(clock, {
        get(target, property) {
          if (property === 'setTimer') return setTimer;
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
        set: (target, property, value) => Reflect.set(target, property, value, target),
      });
    },
    leaks,
    take() {
      const left = leaks();
      living.clear();
      return left;
    },
  };
}

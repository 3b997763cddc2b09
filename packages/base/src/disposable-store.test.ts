import { expect, test } from 'vitest';
import { DisposableStore, onDispose } from './disposable-store.ts';

test('BASE-65 disposes in reverse order, once, and at once what comes late', () => {
  const log: string[] = [];
  const store = new DisposableStore();
  const early = store.add(onDispose(() => log.push('early')));
  store.add(onDispose(() => log.push('a')));
  store.add(onDispose(() => log.push('b')));
  store.remove(early);
  store.remove(early);
  expect(log).toEqual(['early']);
  store.dispose();
  store.dispose();
  expect([log, store.disposed]).toEqual([['early', 'b', 'a'], true]);
  store.add(onDispose(() => log.push('late')));
  expect(log.at(-1)).toBe('late');
});

test('BASE-66 disposes all even if some throw', () => {
  const log: string[] = [];
  const boom = (text: string) => ({
    dispose() {
      throw new Error(text);
    },
  });
  const one = new DisposableStore();
  one.add(onDispose(() => log.push('first')));
  one.add(boom('only'));
  expect(() => one.dispose()).toThrow('only');
  expect(log).toEqual(['first']);
  const two = new DisposableStore();
  two.add(boom('a'));
  two.add(boom('b'));
  expect(() => two.dispose()).toThrow(AggregateError);
});

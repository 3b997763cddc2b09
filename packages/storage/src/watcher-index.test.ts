import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WatcherIndex } from './watcher-index.ts';

const SEED = 20250102;

test(`STO-45 the audience of a key is all watchers whose prefix begins it, by id (seed ${SEED})`, () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 5 });
  const change = fc.record({ prefix: text, remove: fc.boolean(), probe: text });
  const property = fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
    const index = new WatcherIndex<{ id: number; prefix: string }>();
    let watchers: { id: number; prefix: string }[] = [];
    changes.forEach(({ prefix, remove, probe }, id) => {
      const victim = remove ? watchers.find((w) => w.prefix >= prefix) : undefined;
      if (victim !== undefined) {
        index.remove(victim);
        index.remove(victim);
        watchers = watchers.filter((w) => w !== victim);
      } else {
        const watcher = { id, prefix };
        index.add(watcher);
        watchers.push(watcher);
      }
      expect(index.size).toBe(watchers.length);
      expect(index.audience(probe)).toEqual(watchers.filter((w) => probe.startsWith(w.prefix)));
    });
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type Compare,
  type KeyValue,
  type Op,
  type RangeResult,
  type Store,
  StoreError,
  type StoreEvent,
  type StoreWatch,
  type TxnResult,
} from '../store.ts';

/**
 * A store as one would explain it: a full copy of the world for every revision. Slow, obvious, and what the drivers are
 * compared with.
 */
class ModelStore {
  /** By revision. */
  readonly worlds: ReadonlyMap<string, KeyValue<string>>[] = [new Map(), new Map()];
  readonly batches: (readonly StoreEvent<string>[])[] = [[], []];
  compactRevision = 1;

  get revision(): number {
    return this.worlds.length - 1;
  }

  get world(): ReadonlyMap<string, KeyValue<string>> {
    return this.worlds[this.revision] ?? new Map();
  }

  at(revision: number): ReadonlyMap<string, KeyValue<string>> {
    if (revision > this.revision) throw new StoreError('futureRevision', '', this.revision);
    if (revision < this.compactRevision) throw new StoreError('compacted', '', this.compactRevision);
    return this.worlds[revision] ?? new Map();
  }

  range(prefix: string, revision: number, limit: number, startKey: string): RangeResult<string> {
    const all = [...this.at(revision).values()]
      .filter(({ key }) => key.startsWith(prefix) && key >= startKey)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    return { revision, kvs: limit > 0 ? all.slice(0, limit) : all, count: all.length };
  }

  txn(compare: readonly Compare[], success: readonly Op<string>[], failure: readonly Op<string>[]): TxnResult<string> {
    const before = this.world;
    const succeeded = compare.every(({ key, modRevision }) => (before.get(key)?.modRevision ?? 0) === modRevision);
    const ops = succeeded ? success : failure;
    const puts = ops.filter((op) => op.type === 'put').map((op) => op.key);
    for (const key of puts) {
      if (ops.filter((op) => op.key === key).length > 1) throw new StoreError('duplicateKey', '');
    }
    const revision = this.revision + 1;
    const after = new Map(before);
    const events: StoreEvent<string>[] = [];
    const kvs = ops.map((op) => {
      const previous = after.get(op.key);
      if (op.type === 'put') {
        const kv: KeyValue<string> = {
          key: op.key,
          value: typeof op.value === 'function' ? op.value(revision) : op.value,
          createRevision: previous?.createRevision ?? revision,
          modRevision: revision,
          version: (previous?.version ?? 0) + 1,
        };
        after.set(op.key, kv);
        events.push({ type: 'put', kv, previous, revision });
        return kv;
      }
      if (previous !== undefined) {
        after.delete(op.key);
        events.push({ type: 'delete', kv: { ...previous, modRevision: revision }, previous, revision });
      }
      return previous;
    });
    if (events.length > 0) {
      this.worlds.push(after);
      this.batches.push(events);
    }
    const current = succeeded ? [] : compare.map(({ key }) => before.get(key));
    return { succeeded, revision: this.revision, kvs, current };
  }

  compact(revision: number): void {
    if (revision > this.revision) throw new StoreError('futureRevision', '', this.revision);
    if (revision <= this.compactRevision) throw new StoreError('compacted', '', this.compactRevision);
    this.compactRevision = revision;
  }

  /** Batches that a watch sees. */
  seen(prefix: string, from: number, to: number): readonly (readonly StoreEvent<string>[])[] {
    return this.batches
      .slice(from, to + 1)
      .map((batch) => batch.filter(({ kv }) => kv.key.startsWith(prefix)))
      .filter((batch) => batch.length > 0);
  }
}

const key = fc.constantFrom('/a', '/a/1', '/a/2', '/a/b/1', '/a/b/2', '/a/c', '/a0', '/b/1', '/b/2', 'z');
const prefix = fc.constantFrom('', '/', '/a', '/a/', '/a/b/', '/a/b/1', '/b/', '/nothing/');
/** How far back from the current revision; negative: the future. */
const back = fc.oneof({ weight: 5, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 60 }) });
const op = fc.record({ key, put: fc.boolean(), made: fc.boolean() });
const compare = fc.record({ key, guess: fc.constantFrom('right', 'right', 'right', 'wrong', 'absent') });

const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('txn' as const),
      compare: fc.array(compare, { maxLength: 2 }),
      success: fc.array(op, { maxLength: 3 }),
      failure: fc.array(op, { maxLength: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), key, back }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('range' as const),
      prefix,
      back,
      limit: fc.nat(4),
      startKey: fc.option(key),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('watch' as const), prefix, back: fc.option(back) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unwatch' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** Checks random histories of a fresh store against the model, a full copy of the world per revision. */
export async function checkAgainstModel(
  make: () => Promise<Store<string>> | Store<string>,
  options: { readonly seed: number; readonly numRuns: number },
): Promise<void> {
  const histories = fc.array(action, { maxLength: 80, size: 'max' });
  const property = fc.asyncProperty(histories, async (actions) => runHistory(await make(), actions));
  await fc.assert(property, options);
}

async function runHistory(store: Store<string>, actions: readonly Action[]): Promise<void> {
  const model = new ModelStore();
  const watches: Watched[] = [];
  for (const step of actions) {
    switch (step.do) {
      case 'txn': {
        const compares = step.compare.map(({ key: k, guess }) => {
          const now = model.world.get(k)?.modRevision ?? 0;
          return { key: k, modRevision: guess === 'right' ? now : guess === 'absent' ? 0 : now + 1 };
        });
        const [success, failure] = [step.success.map(toOp), step.failure.map(toOp)];
        await same(
          () => store.txn({ compare: compares, success, failure }),
          () => model.txn(compares, success, failure),
        );
        break;
      }
      case 'get': {
        const revision = model.revision - step.back;
        await same(
          () => store.get(step.key, { revision }),
          () => ({ revision, kv: model.at(revision).get(step.key) }),
        );
        break;
      }
      case 'range': {
        const revision = model.revision - step.back;
        const { limit, startKey } = step;
        await same(
          () => store.range(step.prefix, { revision, limit, ...(startKey !== null && { startKey }) }),
          () => model.range(step.prefix, revision, limit, startKey ?? ''),
        );
        break;
      }
      case 'compact': {
        const revision = model.revision - step.back;
        await same(
          () => store.compact(revision),
          () => model.compact(revision),
        );
        break;
      }
      case 'watch': {
        const startRevision = step.back === null ? undefined : model.revision - step.back;
        const seen: (readonly StoreEvent<string>[])[] = [];
        const from = startRevision ?? model.revision + 1;
        await same(
          () => {
            const watch = store.watch({ prefix: step.prefix, startRevision, onEvents: (events) => seen.push(events) });
            watches.push({ watch, seen, prefix: step.prefix, from, to: undefined });
          },
          () => {
            if (from < model.compactRevision) throw new StoreError('compacted', '', model.compactRevision);
          },
        );
        break;
      }
      case 'unwatch': {
        const watched = watches[step.which];
        if (watched === undefined || watched.to !== undefined) break;
        watched.to = model.revision;
        watched.watch.dispose();
        break;
      }
    }
  }
  for (const { seen, prefix: p, from, to } of watches) {
    expect(seen).toEqual(model.seen(p, from, to ?? model.revision));
  }
  expect(await store.status()).toEqual({ revision: model.revision, compactRevision: model.compactRevision });
  store.dispose();
}

interface Watched {
  readonly watch: StoreWatch;
  readonly seen: readonly (readonly StoreEvent<string>[])[];
  readonly prefix: string;
  readonly from: number;
  to: number | undefined;
}

const toOp = ({ key: k, put, made }: { key: string; put: boolean; made: boolean }): Op<string> =>
  put
    ? { type: 'put', key: k, value: made ? (revision) => `made at ${revision}` : 'plain' }
    : { type: 'delete', key: k };

/** Both answer the same, or refuse with the same code and revision. */
async function same(actual: () => unknown, expected: () => unknown): Promise<void> {
  expect(await outcome(actual)).toEqual(await outcome(expected));
}

async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StoreError) return { code: error.code, revision: error.revision };
    throw error;
  }
}

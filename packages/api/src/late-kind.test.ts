import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { KindDefinition } from './kind.ts';
import { builtinKinds } from './kinds/index.ts';
import * as lateKinds from './kinds/late-kinds.ts';
import { type KindNames, lateKind } from './late-kind.ts';

const NAMES = ['group', 'version', 'kind', 'plural', 'singular', 'namespaced', 'shortNames', 'categories'] as const;
const namesOf = (kind: KindNames) => ({
  ...Object.fromEntries(
    [...NAMES, 'storagePath', 'storageVersionHash', 'verbs'].map((key) => [key, Reflect.get(kind, key)]),
  ),
  subresources: (kind.subresources ?? []).map((each) =>
    Object.fromEntries(['type', 'name', 'verbs', 'kind', 'schema'].map((key) => [key, Reflect.get(each, key)])),
  ),
  storedAs: kind.storedAs?.kind,
  schema: kind.schema.openapi,
});

/** As their own files have them. */
async function wholeByName(): Promise<ReadonlyMap<string, KindDefinition>> {
  const folder = new URL('./kinds/late/', import.meta.url);
  const modules = await Promise.all(
    readdirSync(folder).map((file) => import(`./kinds/late/${file.replace('.ts', '')}.ts`)),
  );
  return new Map(modules.flatMap((module) => Object.entries(module as Record<string, KindDefinition>)));
}

test('KND-18 a late kind says from the beginning what it says when all of it is there', async () => {
  const whole = await wholeByName();
  expect([...whole.keys()].sort()).toEqual(Object.keys(lateKinds).sort());
  for (const [name, kind] of Object.entries(lateKinds)) {
    expect(builtinKinds.some((each) => Object.is(each, kind))).toBe(true);
    const before = namesOf(kind);
    expect(() => kind.columns).toThrow(`nothing but the names of ${kind.kind} has been fetched`);
    await kind.fetch?.();
    const own = whole.get(name);
    expect(before).toEqual(own && namesOf(own));
    // What is asked of all kinds at once is not late.
    expect([own?.virtual, own?.allocate, own?.deprecation, own?.verbs, own?.listKind]).toEqual(
      Array(5).fill(undefined),
    );
    for (const key of Object.keys(own ?? {})) {
      if (key !== 'schema') expect(Reflect.get(kind, key)).toEqual(Reflect.get(own ?? {}, key));
    }
  }
});

test('KND-18 whoever looks at a late kind too early is told, whatever they look at', async () => {
  const { job } = await import('./kinds/job.ts');
  const { group, version, kind, plural, singular, namespaced, schema } = job;
  const late = lateKind({ group, version, kind, plural, singular, namespaced, schema }, async () => job);
  const members = Object.keys(job).filter(
    (key) => !(key in { group, version, kind, plural, singular, namespaced, schema }),
  );
  for (const key of members) {
    if (['categories', 'storageVersionHash', 'subresources'].includes(key)) continue;
    expect(() => Reflect.get(late, key)).toThrow('nothing but the names of Job');
  }
  await late.fetch?.();
  for (const key of members)
    expect([key, Reflect.get(late, key) ?? Reflect.get(job, key)]).toEqual([key, Reflect.get(job, key)]);
});

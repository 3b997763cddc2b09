import type { Rng } from '@tabernetes/base';

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/**
 * A copy of a value with one to four places changed: set to something odd, taken out, doubled, or moved from elsewhere
 * in the same value. The parts that are not changed are shared.
 */
export function mutate(value: Json, rng: Rng): Json {
  let changed = value;
  for (let left = 1 + rng.int(4); left > 0; left--) {
    const places = pathsOf(changed);
    const path = pick(places, rng);
    if (path === undefined) return changed;
    changed = changeAt(changed, path, (old) => mutation(old, changed, places, rng));
  }
  return changed;
}

type Path = readonly (string | number)[];

/** What stands for a place that is taken out. */
const GONE = Symbol('gone');

function mutation(old: Json, whole: Json, places: readonly Path[], rng: Rng): Json | typeof GONE {
  const dice = rng.float();
  if (dice < 0.2) return GONE;
  if (dice < 0.35) return at(whole, pick(places, rng) ?? []);
  if (dice < 0.7) return pick(ODD, rng) ?? null;
  if (Array.isArray(old)) return [...old, ...old];
  if (typeof old === 'object' && old !== null) return { ...old, [pick(NAMES, rng) ?? '']: pick(ODD, rng) ?? null };
  if (typeof old === 'number') return old * (pick([-1, 2, 1000, 0.5], rng) ?? 1) + (pick([0, 1, -1], rng) ?? 0);
  if (typeof old === 'boolean') return !old;
  return `${old ?? ''}${pick(['x', '-', '/', '.', ' ', ':', 'é', 'A', '\u0000', '0'], rng) ?? ''}`;
}

/** Values at the edges of what fields take: types, ranges, lengths, formats. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  65_536,
  2_147_483_647,
  2_147_483_648,
  9_007_199_254_740_992,
  1.5,
  '',
  'x',
  'X',
  '-',
  'a.b',
  'a/b',
  '1',
  '1Gi',
  '-1',
  '1e400',
  '50%',
  '101%',
  '10.0.0.1',
  '10.0.0.0/8',
  '::1',
  'None',
  'ClusterIP',
  'ExternalName',
  'NodePort',
  'LoadBalancer',
  'RollingUpdate',
  'Recreate',
  'OnDelete',
  'Always',
  'Never',
  'OnFailure',
  'TCP',
  'Exists',
  'In',
  'NotIn',
  'DoesNotExist',
  'Indexed',
  'Block',
  '2025-01-01T00:00:00Z',
  'yesterday',
  '*',
  '__proto__',
  'a'.repeat(64),
  'a'.repeat(254),
  [],
  [null],
  [''],
  ['a', 'a'],
  [{}],
  {},
  { a: 'b' },
  { '': '' },
  { matchLabels: { a: 'b' } },
];

/** Names of fields that may stand anywhere, and of some that may not. */
const NAMES = ['name', 'type', 'labels', 'annotations', 'selector', 'finalizers', 'value', 'x', '__proto__', ''];

const pick = <T>(list: readonly T[], rng: Rng): T | undefined =>
  list.length === 0 ? undefined : list[rng.int(list.length)];

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Every place but the object itself, its apiVersion and its kind. */
function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const members: readonly (readonly [string | number, Json])[] = isList(value)
    ? value.map((element, index) => [index, element] as const)
    : Object.entries(value);
  return members.flatMap(([key, member]) => {
    if (path.length === 0 && (key === 'apiVersion' || key === 'kind')) return [];
    const here = [...path, key];
    return [here, ...pathsOf(member, here)];
  });
}

function at(value: Json, path: Path): Json {
  let found: Json = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return null;
    found = (Object.hasOwn(found, key) ? Reflect.get(found, key) : null) as Json;
  }
  return found;
}

function changeAt(value: Json, [key, ...rest]: Path, change: (old: Json) => Json | typeof GONE): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  const old = at(value, [key]);
  const next = rest.length === 0 ? change(old) : changeAt(old, rest, change);
  if (isList(value)) {
    const copy = [...value];
    if (next === GONE) copy.splice(Number(key), 1);
    else copy[Number(key)] = next;
    return copy;
  }
  const entries = Object.entries(value).filter(([member]) => member !== key);
  // fromEntries makes a member of `__proto__`, where an assignment would not.
  return Object.fromEntries(next === GONE ? entries : [...entries, [String(key), next]]);
}

import type { StructSchema } from '../schema.ts';
import { checkTyped } from './check-typed.ts';
import { type Comparison, compareSets } from './compare-sets.ts';
import { emptySet, type FieldSet, fieldSetOfPaths, recursiveDifference } from './field-set.ts';
import { isTyped, planOf } from './struct-plan.ts';

/** The other versions of a kind. Managers own fields in the version that they wrote. */
export interface ObjectVersions {
  /** Undefined: not served any more; what was owned in it is forgotten. */
  schemaOf(apiVersion: string): StructSchema | undefined;
  /** Converts to a version that {@link schemaOf} knows. Pure. */
  convert(object: unknown, apiVersion: string): unknown;
}

/** A value and what it is written in. */
export interface Versioned {
  readonly apiVersion: string;
  readonly schema: StructSchema;
  readonly value: unknown;
}

/**
 * Undefined: that version is not served.
 * @param what says of a refusal what was converted
 * @throws {TypedProblem} what is converted does not fit that version: conversions of custom resources change nothing
 */
export function inVersion(
  object: Versioned,
  apiVersion: string,
  versions: ObjectVersions | undefined,
  what: string,
): Versioned | undefined {
  if (apiVersion === object.apiVersion) return object;
  const schema = versions?.schemaOf(apiVersion);
  if (schema === undefined || versions === undefined) return undefined;
  const value = versions.convert(object.value, apiVersion);
  if (!isTyped(schema)) checkTyped(schema, value, { within: what });
  return { apiVersion, schema, value };
}

/** What a write changed, per version in which somebody owns fields. */
export interface Changes {
  in(apiVersion: string): Comparison | undefined;
}

/**
 * @param old undefined: the object is being created
 * @param options.draft whether `next` is typed and not printed yet
 * @param options.reset fields that this request cannot own
 */
export function changesBetween(
  old: unknown,
  next: Versioned,
  options: { readonly draft: boolean; readonly reset: FieldSet; readonly versions: ObjectVersions | undefined },
): Changes {
  const known = new Map<string, Comparison | undefined>();
  const { draft, reset, versions } = options;
  const compare = (apiVersion: string): Comparison | undefined => {
    const there = inVersion(next, apiVersion, versions, 'failed to convert new object');
    if (there === undefined) return undefined;
    const { schema, value } = there;
    const here = { apiVersion: next.apiVersion, schema: next.schema, value: old };
    const before =
      old === undefined
        ? planOf(schema).zero
        : inVersion(here, apiVersion, versions, 'failed to convert old object')?.value;
    return without(compareSets(schema, before, value, { draft }), reset);
  };
  return {
    in(apiVersion) {
      if (!known.has(apiVersion)) known.set(apiVersion, compare(apiVersion));
      return known.get(apiVersion);
    },
  };
}

function without(changes: Comparison, reset: FieldSet): Comparison {
  if (reset === emptySet) return changes;
  return {
    removed: recursiveDifference(changes.removed, reset),
    modified: recursiveDifference(changes.modified, reset),
    added: recursiveDifference(changes.added, reset),
  };
}

const resets = new WeakMap<readonly string[], FieldSet>();

/** The set of dotted paths such as `status` and `metadata.labels`; the same list costs one look-up. */
export function resetSet(paths: readonly string[] | undefined): FieldSet {
  if (paths === undefined || paths.length === 0) return emptySet;
  let set = resets.get(paths);
  if (set === undefined) {
    set = fieldSetOfPaths(paths);
    resets.set(paths, set);
  }
  return set;
}

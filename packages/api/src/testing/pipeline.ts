import {
  type Draft,
  decodeObject,
  type FieldError,
  type GroupVersionKind,
  invalidStatus,
  type KubeObject,
  type ObjectMeta,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@tabernetes/apimachinery';
import type { Allocator, KindDefinition, RequestContext } from '../kind.ts';

/*
 * What the API server does with an object between decoding and storing, without a server and without admission: enough
 * to hold the rules of kinds against recorded answers.
 */

/** A POST. Undefined: the body does not decode, which is not for kinds to answer. @throws {StatusError} */
export function createObject<T extends KubeObject>(
  kind: KindDefinition<T>,
  raw: unknown,
  context: RequestContext,
): T | undefined {
  const draft = decoded(kind, raw);
  if (draft === undefined) return undefined;
  draft.metadata ??= {};
  const { metadata } = draft;
  if (kind.namespaced) metadata.namespace ??= 'default';
  metadata.uid = '00000000-0000-4000-8000-000000000000';
  metadata.creationTimestamp = context.now;
  if (kind.generation) metadata.generation = 1;
  kind.defaults?.(draft);
  kind.prepareForCreate?.(draft, context);
  kind.defaults?.(draft);
  const undo = kind.allocate?.(draft, undefined, context);
  const { validateName } = kind;
  const errors = validateObjectMeta(metadata as ObjectMeta, {
    namespaced: kind.namespaced,
    standardFinalizers: true,
    ...(validateName && { validateName }),
  });
  const found = kind.validate?.(draft as T, context) ?? [];
  if (kind.validatesMetadataLast && found.length > 0) errors.length = 0;
  errors.push(...found);
  if (errors.length > 0) undo?.();
  refuse(kind.storedAs?.kind ?? kind, draft, errors);
  undo?.commit?.();
  return draft as T;
}

/** A PUT over a stored object. @throws {StatusError} */
export function updateObject<T extends KubeObject>(
  kind: KindDefinition<T>,
  raw: unknown,
  stored: unknown,
  context: RequestContext,
): T | undefined {
  const draft = decoded(kind, raw);
  const old = decoded(kind, stored) as T | undefined;
  if (draft === undefined || old === undefined) return undefined;
  draft.metadata ??= {};
  const { metadata } = draft;
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'namespace'] as const) {
    const kept = old.metadata[field];
    if (kept !== undefined) metadata[field] ??= kept;
  }
  if (old.metadata.generation !== undefined) metadata.generation = old.metadata.generation;
  kind.defaults?.(draft);
  kind.prepareForUpdate?.(draft, old, context);
  const undo = kind.allocate?.(draft, old, context);
  const next = draft as T;
  const errors = validateObjectMetaUpdate(metadata as ObjectMeta, old.metadata, { standardFinalizers: true });
  if (!kind.updateValidatesAlone) errors.push(...(kind.validate?.(next, context) ?? []));
  errors.push(...(kind.validateUpdate?.(next, old, context) ?? []));
  if (errors.length > 0) undo?.();
  refuse(kind.storedAs?.kind ?? kind, draft, errors);
  undo?.commit?.();
  return next;
}

/** A range that remembers what was taken of it. `next` is what it hands out first. */
export function memoryAllocator<K>(
  range: string,
  contains: (value: K) => boolean,
  next: readonly K[],
  taken = new Set<K>(),
): Allocator<K> & { readonly taken: ReadonlySet<K> } {
  return {
    range,
    taken,
    contains,
    has: (value) => taken.has(value),
    take: (value) => !taken.has(value) && Boolean(taken.add(value)),
    takeNext: () => {
      const free = next.find((value) => !taken.has(value));
      if (free !== undefined) taken.add(free);
      return free;
    },
    release: (value) => {
      taken.delete(value);
    },
  };
}

function decoded<T extends KubeObject>(kind: KindDefinition<T>, raw: unknown): Draft<T> | undefined {
  try {
    const { draft, strictErrors } = decodeObject<T>(kind.schema, raw);
    return strictErrors.length > 0 ? undefined : draft;
  } catch {
    return undefined;
  }
}

function refuse(kind: GroupVersionKind, draft: Draft<KubeObject>, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidStatus(kind, draft.metadata.name ?? '', errors);
}

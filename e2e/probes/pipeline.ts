import type { KindDefinition, RequestContext } from '@tabernetes/api';
import {
  type Draft,
  decodeObject,
  type FieldError,
  invalidStatus,
  type KubeObject,
  type ObjectMeta,
  StatusError,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';

/**
 * What the API server does with an object between decoding and storing, without a server: enough to hold the rules of
 * kinds against recorded answers.
 */
export interface Answer {
  readonly code: number;
  readonly message: string;
  readonly object?: KubeObject;
}

/** A dry-run POST. Undefined: the body does not decode, which is not for kinds to answer. */
export function probeCreate(kind: KindDefinition, raw: unknown): Answer | undefined {
  const draft = decoded(kind, raw);
  if (draft === undefined) return undefined;
  const context = probeContext();
  draft.metadata ??= {};
  if (kind.namespaced) draft.metadata.namespace ??= 'default';
  draft.metadata.uid = '00000000-0000-4000-8000-000000000000';
  draft.metadata.creationTimestamp = context.now;
  if (kind.generation) draft.metadata.generation = 1;
  return answered(201, () => {
    kind.defaults?.(draft);
    kind.prepareForCreate?.(draft, context);
    kind.defaults?.(draft);
    kind.allocate?.(draft, undefined, context);
    const meta = validateObjectMeta(draft.metadata as ObjectMeta, {
      namespaced: kind.namespaced,
      standardFinalizers: true,
      ...(kind.validateName && { validateName: (name, prefix) => kind.validateName?.(name, prefix) ?? [] }),
    });
    refuse(kind, draft, [...meta, ...(kind.validate?.(draft as KubeObject, context) ?? [])]);
    return draft as KubeObject;
  });
}

/** A dry-run PUT over a live object. */
export function probeUpdate(kind: KindDefinition, raw: unknown, live: unknown): Answer | undefined {
  const draft = decoded(kind, raw);
  const old = decoded(kind, live) as KubeObject | undefined;
  if (draft === undefined || old === undefined) return undefined;
  const context = probeContext(old);
  draft.metadata ??= {};
  const { metadata } = draft;
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'namespace'] as const) {
    const kept = old.metadata[field];
    if (kept !== undefined) metadata[field] ??= kept;
  }
  if (old.metadata.generation !== undefined) metadata.generation = old.metadata.generation;
  return answered(200, () => {
    kind.defaults?.(draft);
    kind.prepareForUpdate?.(draft, old, context);
    kind.allocate?.(draft, old, context);
    const meta = validateObjectMetaUpdate(metadata as ObjectMeta, old.metadata, { standardFinalizers: true });
    const alone = kind.updateValidatesAlone ? [] : (kind.validate?.(draft as KubeObject, context) ?? []);
    refuse(kind, draft, [...meta, ...alone, ...(kind.validateUpdate?.(draft as KubeObject, old, context) ?? [])]);
    return draft as KubeObject;
  });
}

const NOW = '2026-11-20T22:50:00Z';

/** A cluster with the usual ranges in which only the addresses of `live` are taken. */
function probeContext(live?: KubeObject): RequestContext {
  const spec: unknown = live && Reflect.get(live, 'spec');
  const taken = new Set(JSON.stringify(spec ?? {}).match(/\d+\.\d+\.\d+\.\d+|\b3[0-2]\d{3}\b/g) ?? []);
  const range = <K extends string | number>(text: string, contains: (value: K) => boolean, next: K) => ({
    range: text,
    contains,
    has: (value: K) => taken.has(String(value)),
    take: (value: K) => !taken.has(String(value)) && Boolean(taken.add(String(value))),
    takeNext: () => next,
    release: (value: K) => {
      taken.delete(String(value));
    },
  });
  return {
    user: { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    now: NOW,
    nowMs: Date.parse(NOW),
    rng: seededRng(1),
    dryRun: true,
    allocators: {
      clusterIPs: range<string>('10.96.0.0/12', (ip) => /^10\.(9[6-9]|10\d|11[01])\./.test(ip), '10.96.0.10'),
      nodePorts: range<number>('30000-32767', (port) => port >= 30_000 && port <= 32_767, 30_000),
    },
  };
}

function decoded(kind: KindDefinition, raw: unknown): Draft<KubeObject> | undefined {
  try {
    const { draft, strictErrors } = decodeObject(kind.schema, raw);
    return strictErrors.length > 0 ? undefined : draft;
  } catch {
    return undefined;
  }
}

function refuse(kind: KindDefinition, draft: Draft<KubeObject>, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidStatus(kind.storedAs?.kind ?? kind, draft.metadata.name ?? '', errors);
}

function answered(code: number, run: () => KubeObject): Answer {
  try {
    return { code, message: '', object: run() };
  } catch (error) {
    if (error instanceof StatusError) return { code: error.code, message: error.message };
    throw error;
  }
}

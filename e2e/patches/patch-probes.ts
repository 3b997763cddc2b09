import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type KindDefinition, kinds } from '@tabernetes/api';
import {
  canonical,
  decodeObject,
  type FieldValidation,
  type KubeObject,
  type PatchedObject,
  type PatchType,
  patchObject,
  StatusError,
} from '@tabernetes/apimachinery';

/** A recorded patch (dry run) and what Kubernetes answered. */
export interface PatchProbe {
  readonly kind: string;
  readonly type: PatchType;
  readonly fieldValidation: FieldValidation;
  readonly patch: unknown;
  readonly code: number;
  readonly message?: string;
  readonly result?: KubeObject;
  readonly warning?: string;
}

export interface PatchProbes {
  readonly live: Readonly<Record<string, KubeObject>>;
  readonly probes: readonly PatchProbe[];
}

const KINDS: Readonly<Record<string, KindDefinition>> = {
  deployment: kinds.deployment,
  service: kinds.service,
  configmap: kinds.configMap,
};

export function readPatchProbes(): PatchProbes {
  const path = fileURLToPath(new URL('../golden/facts/patch-probes.jsonl', import.meta.url));
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PatchProbe & { readonly live?: KubeObject });
  const live: Record<string, KubeObject> = {};
  const probes: PatchProbe[] = [];
  for (const row of rows) {
    if (row.live === undefined) probes.push(row);
    else {
      const { schema } = kindOf(row.kind);
      live[row.kind] = canonical(schema, decodeObject(schema, row.live).draft as KubeObject);
    }
  }
  return { live, probes };
}

/** The answer of the patch layer alone: the patched and defaulted object, or its refusal. */
export type Patched =
  | { readonly object: KubeObject; readonly warnings: readonly string[]; readonly outcome: PatchedObject }
  | { readonly refusal: StatusError };

export function patch(probe: PatchProbe, live: KubeObject, asBytes: boolean): Patched {
  const kind = kindOf(probe.kind);
  const { type, fieldValidation } = probe;
  const body = asBytes
    ? ({ kind: 'bytes', bytes: new TextEncoder().encode(JSON.stringify(probe.patch)) } as const)
    : ({ kind: 'object', object: probe.patch } as const);
  try {
    const outcome = patchObject({ schema: kind.schema, live, body, type, fieldValidation });
    kind.defaults?.(outcome.draft);
    const object = canonical(kind.schema, outcome.draft as KubeObject, live);
    return { object, warnings: outcome.warnings, outcome };
  } catch (error) {
    if (error instanceof StatusError) return { refusal: error };
    throw error;
  }
}

/** Whether the refusal that was recorded comes from the patch layer; the others come from what is behind it. */
export const refusedByPatchLayer = ({ message = '' }: PatchProbe): boolean =>
  message.startsWith(' "" is invalid: patch:') || !/ is invalid: |^the name of the object /.test(message);

/** Text of an object without what the server sets, or another helper of it. */
export function comparable(object: KubeObject): string {
  return JSON.stringify(blank(object));
}

const VOLATILE: ReadonlySet<string> = new Set([
  'uid',
  'namespace',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'generation',
  'status',
]);

function blank(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blank);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !VOLATILE.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, blank(item)]));
}

/** A message up to an object that it quotes: recordings cut them off there. */
export const comparableMessage = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/Invalid value: "\{.*/, 'Invalid value: {…}').slice(0, 300);

function kindOf(name: string): KindDefinition {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`no kind for ${name}`);
  return kind;
}

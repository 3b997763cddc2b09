import { isMap } from '../patch/json-tree.ts';
import type { StructSchema } from '../schema.ts';
import { checkTyped } from './check-typed.ts';
import { compareSets } from './compare-sets.ts';
import { difference, type FieldSet } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { goJson } from './go-text.ts';
import { TypedProblem } from './typed-problem.ts';

/** Where `kubectl apply` keeps what it applied last. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** All keys and values of annotations together, in bytes. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

type Members = Readonly<Record<string, unknown>>;

/**
 * Fields that `kubectl apply --server-side` may take over without force, because `kubectl apply` set them before: those of the
 * last-applied annotation that the live object still has as they were. Undefined: there is no such annotation, or not of this
 * version and type.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go
 */
export function fieldsOfLastApplied(schema: StructSchema, apiVersion: string, live: unknown): FieldSet | undefined {
  const annotation = lastApplied(live);
  if (annotation === undefined) return undefined;
  try {
    const applied: unknown = JSON.parse(annotation);
    if (!isMap(applied) || applied['apiVersion'] !== apiVersion) return undefined;
    checkTyped(schema, applied);
    const { removed, modified, added } = compareSets(schema, applied, live);
    return difference(difference(difference(fieldSetOf(schema, applied), modified), added), removed);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypedProblem || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Keeps the annotation, where there is one, in step with what kubectl applies server-side, so that one can go back to `kubectl
 * apply`. It is taken away if the annotations would become too large.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go
 */
export function withLastApplied(object: unknown, patch: unknown): unknown {
  const current = lastApplied(object);
  if (current === undefined || !isMap(object)) return object;
  const text = `${goJson(withoutAnnotation(patch))}\n`;
  if (text === current) return object;
  const metadata = membersOf(object['metadata']);
  const { [LAST_APPLIED_ANNOTATION]: _, ...others } = membersOf(metadata['annotations']);
  const annotations = { ...others, [LAST_APPLIED_ANNOTATION]: text };
  const kept = sizeOf(annotations) > MAX_ANNOTATION_BYTES ? others : annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

function lastApplied(object: unknown): string | undefined {
  const annotation = membersOf(membersOf(membersOf(object)['metadata'])['annotations'])[LAST_APPLIED_ANNOTATION];
  return typeof annotation === 'string' && annotation !== '' ? annotation : undefined;
}

const membersOf = (value: unknown): Members => (isMap(value) ? value : {});

/** The patch as it is written down: without the annotation itself. */
function withoutAnnotation(patch: unknown): unknown {
  if (!isMap(patch) || !isMap(patch['metadata'])) return patch;
  const { annotations, ...metadata } = patch['metadata'];
  if (!isMap(annotations)) return { ...patch, metadata };
  const { [LAST_APPLIED_ANNOTATION]: _, ...others } = annotations;
  return { ...patch, metadata: { ...metadata, annotations: others } };
}

function sizeOf(annotations: Members): number {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += encoder.encode(key + String(value)).length;
  return bytes;
}

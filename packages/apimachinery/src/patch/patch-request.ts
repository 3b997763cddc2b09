import { decodeObject } from '../decode/decode-object.ts';
import { Mismatch } from '../decode/mismatch.ts';
import type { NumberTexts } from '../decode/number-texts.ts';
import { DecodeProblem } from '../decode/problems.ts';
import { decodeScalar } from '../decode/scalars.ts';
import { invalid } from '../field-error.ts';
import type { Draft, KubeObject } from '../object.ts';
import type { GroupVersionKind, ScalarSchema, StructSchema } from '../schema.ts';
import { badRequest, failure, invalidStatus, type StatusError } from '../status.ts';
import type { RequestBody } from '../transport.ts';
import { ConversionProblem, fromUnstructured } from './from-unstructured.ts';
import { goText } from './go-text.ts';
import { patchedDocument } from './json-patch.ts';
import { type JsonMap, member } from './json-tree.ts';
import { applyMergePatch } from './merge-patch.ts';
import { type PatchBody, readPatchBody } from './patch-body.ts';
import { PatchProblem } from './patch-problem.ts';
import { mergedText } from './patched-text.ts';
import { strategicMerge } from './strategic-merge-patch.ts';
import { patchedTypeMeta } from './type-meta.ts';

/** Media types of patches; server-side apply is not one of these. */
export const PATCH_MEDIA_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export type PatchType = keyof typeof PATCH_MEDIA_TYPES;

/** What becomes of unknown and duplicate fields: refused, warned of, passed over. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface PatchRequest {
  /** Of the live object's kind. Custom resources (no OpenAPI name) take no strategic patches: the caller answers 415. */
  readonly schema: StructSchema;
  /** In canonical form, of the version that the patch is for. */
  readonly live: KubeObject;
  readonly body: RequestBody;
  readonly type: PatchType;
  readonly fieldValidation: FieldValidation;
  /** What the patch left as it was stands in the draft as it is, frozen: see {@link DecodeSource.known}. Default false. */
  readonly sharesUnchanged?: boolean;
  /** Goes over what was decoded: paths of fields that it does not have. @throws {DecodeProblem} */
  coerce?: Coerce;
  /** Custom resources: how the patched object is read when it calls itself something else. Undefined: as it was. */
  readAs?(stated: GroupVersionKind): { readonly schema: StructSchema; readonly coerce?: Coerce } | undefined;
}

type Coerce = ((draft: Draft<KubeObject>) => readonly string[]) | undefined;

export interface PatchedObject {
  /** Fresh and mutable, but for what it shares. Nothing is defaulted or validated, and its name may be another. */
  readonly draft: Draft<KubeObject>;
  /** The patch changes nothing: the patched object is `live`, but for what defaulting would add. */
  readonly unchanged: boolean;
  /** Texts of Warning headers. */
  readonly warnings: readonly string[];
}

/**
 * The pure part of PATCH: reads the patch, applies it to the live object and decodes the result into its Go type. JSON
 * and merge patches are applied to the text of the object, which is decoded again; strategic patches to its fields. So
 * their refusals differ, as in Kubernetes.
 *
 * @throws {StatusError} 400 BadRequest: the patch cannot be read; 413: too many operations; 422 Invalid: it does not
 * apply, or its result does not fit the type; 500 without reason: what Kubernetes' strategic merge has no better code for
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 */
export function patchObject(request: PatchRequest): PatchedObject {
  try {
    const body = readPatchBody(request.body, request.type, request.fieldValidation);
    return request.type === 'strategic' ? patchStrategic(request, body) : patchText(request, body);
  } catch (error) {
    if (error instanceof PatchProblem) throw statusOf(error);
    // The stack is full: the patch is nested deeper than any type is.
    if (error instanceof RangeError) throw badRequest('exceeded max depth');
    throw error;
  }
}

function patchText(request: PatchRequest, body: PatchBody): PatchedObject {
  const { schema, live, fieldValidation } = request;
  const { value, text, numbers } = patchedValue(request, body);
  const refuse = (message: string) => invalidPatch(text(), message);
  const typeMeta = patchedTypeMeta(value, groupVersionKindOf(live), schema, text);
  if (typeMeta.is === 'refused') throw refuse(typeMeta.message);
  if (typeMeta.is === 'versionless') return withoutType(request, value as JsonMap, body, refuse);
  const stated = typeMeta.stated;
  const { coerce, ...as } = (stated && request.readAs?.(stated)) ?? request;
  const decoded = decodePatched({ ...request, ...as }, value, text, numbers, refuse);
  const draft = keepTypeMeta(decoded.draft, live);
  const unknown = coerced(coerce, draft, refuse).map((path) => `unknown field "${path}"`);
  const warnings = strictly(fieldValidation, [...body.strictErrors, ...decoded.strictErrors, ...unknown], refuse);
  if (stated) Object.assign(draft, { apiVersion: groupVersionOf(stated), kind: stated.kind });
  return { draft, unchanged: value === live, warnings };
}

/** @throws what `refuse` makes of it */
function coerced(coerce: Coerce, draft: Draft<KubeObject>, refuse: (why: string) => Error): readonly string[] {
  if (coerce === undefined) return [];
  try {
    return coerce(draft);
  } catch (error) {
    if (error instanceof DecodeProblem) throw refuse(error.message);
    throw error;
  }
}

interface PatchedValue {
  readonly value: unknown;
  readonly text: () => string;
  /** How numbers that the patch brought in were written. */
  readonly numbers: NumberTexts | undefined;
}

function patchedValue({ type, live }: PatchRequest, { value: patch, numbers }: PatchBody): PatchedValue {
  if (type === 'json') {
    const document = patchedDocument(live, patch, COPY_LIMIT);
    return { value: document.result(), text: () => document.text(), numbers };
  }
  const value = applyMergePatch(live, patch);
  const carried = numbers && new Map(numbers);
  if (carried) carryNumbers(patch, value, carried);
  return { value, text: () => mergedText(live, patch), numbers: carried };
}

/** Maps of a merge patch have become parts of other maps: their numbers are found there too. */
function carryNumbers(
  patch: unknown,
  value: unknown,
  numbers: Map<object, ReadonlyMap<string | number, string>>,
): void {
  if (patch === value || typeof patch !== 'object' || patch === null || typeof value !== 'object' || value === null)
    return;
  const texts = numbers.get(patch);
  if (texts) numbers.set(value, texts);
  for (const [key, item] of Object.entries(patch)) carryNumbers(item, member(value as JsonMap, key), numbers);
}

/** Problems come in the order of the text, which differs from that of the value: on problems it is the text that counts. */
function decodePatched(
  { schema, live, sharesUnchanged }: PatchRequest,
  value: unknown,
  text: () => string,
  numbers: NumberTexts | undefined,
  refuse: Refusal,
) {
  try {
    const decoded = decodeObject(schema, value, {
      ...(numbers && { numbers }),
      ...(sharesUnchanged && { known: live }),
    });
    return decoded.strictErrors.length > 1 ? decodeObject(schema, JSON.parse(text())) : decoded;
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    decodeOrRefuse(schema, JSON.parse(text()), refuse);
    throw refuse(error.message);
  }
}

function patchStrategic(request: PatchRequest, body: PatchBody): PatchedObject {
  const { schema, live, fieldValidation } = request;
  if (schema.openapi === undefined) throw new PatchProblem(400, 'strategic merge patch format is not supported');
  const merged = strategicMerge(schema, live, body.value ?? {});
  const refuse = (message: string) => invalidPatch(goText(merged.rest), message);
  const converted = convertOrRefuse(schema, merged.document, live, refuse);
  const unknown = converted.unknownFields.map((path) => `unknown field "${path}"`);
  const warnings = strictly(fieldValidation, [...body.strictErrors, ...unknown], refuse);
  const { draft } = decodeOrRefuse(schema, converted.value, refuse, request.sharesUnchanged ? live : undefined);
  coerced(request.coerce, keepTypeMeta(draft, live), (why) => new PatchProblem(500, why));
  return { draft: keepTypeMeta(draft, live), unchanged: (merged.document as unknown) === live, warnings };
}

/** The result has no apiVersion: it is read as a type of which it has no field. */
function withoutType(
  { schema, live, fieldValidation }: PatchRequest,
  value: JsonMap,
  body: PatchBody,
  refuse: Refusal,
): PatchedObject {
  const fields = Object.keys(value).filter((key) => key !== 'kind' && key !== 'apiVersion');
  const unknown = fields.map((key) => `unknown field "${key}"`);
  const warnings = strictly(fieldValidation, [...body.strictErrors, ...unknown], refuse);
  const { draft } = decodeObject(schema, {});
  return { draft: keepTypeMeta(draft, live), unchanged: false, warnings };
}

type Refusal = (message: string) => StatusError;

const invalidPatch = (patch: string, message: string): StatusError =>
  invalidStatus({ group: '', kind: '' }, '', [invalid('patch', patch, message)]);

/** Unknown and duplicate fields, as warnings. @throws {StatusError} when they are refused */
function strictly(validation: FieldValidation, errors: readonly string[], refuse: Refusal): readonly string[] {
  if (errors.length === 0 || validation === 'Ignore') return [];
  if (validation === 'Warn') return errors;
  throw refuse(`strict decoding error: ${errors.join(', ')}`);
}

function decodeOrRefuse(schema: StructSchema, value: unknown, refuse: Refusal, known?: object) {
  try {
    return decodeObject(schema, value, known && { known });
  } catch (error) {
    if (error instanceof DecodeProblem) throw refuse(error.message);
    throw error;
  }
}

function convertOrRefuse(schema: StructSchema, value: unknown, live: unknown, refuse: Refusal) {
  try {
    return fromUnstructured(schema, value, live, checkScalar);
  } catch (error) {
    if (error instanceof ConversionProblem) throw refuse(error.message);
    throw error;
  }
}

/** What Go's converter of unstructured objects makes of a value: integers that are too large wrap. A text: why it cannot. */
export function convertUnstructured(schema: StructSchema, value: unknown): { readonly value: unknown } | string {
  try {
    return fromUnstructured(schema, value, undefined, checkScalar);
  } catch (error) {
    if (error instanceof ConversionProblem) return error.message;
    throw error;
  }
}

/** @throws {ConversionProblem} with the text of the type's own decoder */
function checkScalar(schema: ScalarSchema, value: unknown): void {
  if (schema.variants !== undefined) return;
  const decoded = decodeScalar(schema, value, undefined, NO_PARENT, '');
  if (decoded instanceof Mismatch) throw new ConversionProblem(decoded.text('', []));
}

const NO_PARENT = {};

/** Go decodes into a type that knows what it is and always has metadata. */
function keepTypeMeta(draft: Draft<KubeObject>, live: KubeObject): Draft<KubeObject> {
  draft.apiVersion = live.apiVersion;
  draft.kind = live.kind;
  draft.metadata ??= {};
  return draft;
}

const groupVersionOf = ({ group, version }: GroupVersionKind): string =>
  group === '' ? version : `${group}/${version}`;

function groupVersionKindOf({ apiVersion, kind }: KubeObject): { group: string; version: string; kind: string } {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind };
}

/** What Kubernetes makes of the patch libraries' errors. A patch that does not apply is told of without a reason. */
function statusOf(problem: PatchProblem): StatusError {
  if (problem.code === 400) return badRequest(problem.message);
  if (problem.code === 500) return failure(500, '', problem.message);
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** How much the copies of one JSON patch may add, in bytes: the API server's limit. */
const COPY_LIMIT = { maxCopyBytes: 3 * 1024 * 1024 };

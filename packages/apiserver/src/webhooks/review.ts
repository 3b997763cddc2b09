import {
  Base64Problem,
  decodeBase64,
  goQuote,
  jsonTypeName,
  type KubeObject,
  type Status,
  StatusError,
} from '@tabernetes/apimachinery';
import { admissionRequest } from './admission-request.ts';
import { CallFailure } from './call-failure.ts';
import { converted, type MatchAttributes, type Matched } from './matching.ts';
import { isMap, type JsonObject, type Question } from './webhook-answer.ts';

/** What a webhook has decided. */
export interface Decision {
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  readonly status: Partial<Status> | undefined;
  /** The text of a patch; undefined: nothing is to be changed. */
  readonly patch: string | undefined;
  readonly patchType: string;
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/**
 * The question that a webhook is asked, in the first version that it and the server know.
 * @throws {CallFailure} and {StatusError}, where an object cannot be converted to the version that is wanted
 */
export async function admissionReview(
  versions: readonly string[],
  uid: string,
  attributes: MatchAttributes,
  matched: Matched,
  object: KubeObject | undefined,
): Promise<Question> {
  const version = versions.find((each) => VERSIONS.has(each));
  if (version === undefined) {
    throw new CallFailure(
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    );
  }
  const shown = async (each: KubeObject | undefined): Promise<unknown> =>
    each === undefined ? null : await converted(each, attributes.definition, matched.definition);
  const { dryRun, options, ...asked } = admissionRequest(attributes, matched);
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      ...asked,
      object: await shown(object),
      oldObject: await shown(attributes.old),
      dryRun,
      options,
    },
  };
}

/**
 * Reads an answer.
 * @throws {CallFailure}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go VerifyAdmissionResponse
 */
export function decisionOf(review: JsonObject, apiVersion: string, uid: string, mutating: boolean): Decision {
  const refuse = (why: string): CallFailure => new CallFailure(`received invalid webhook response: ${why}`);
  const { response } = review;
  checkTypes(response);
  if (!isMap(response)) throw refuse('webhook response was absent');
  const { patchType } = response;
  const patch = patchText(response['patch'] ?? '');
  const isV1 = apiVersion === 'admission.k8s.io/v1';
  if (isV1) {
    if (response['uid'] !== uid) {
      throw refuse(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(response['uid'] ?? ''))}`);
    }
    if (review['apiVersion'] !== apiVersion || review['kind'] !== 'AdmissionReview') {
      const got = `${String(review['apiVersion'] ?? '/')}, Kind=${String(review['kind'] ?? '')}`;
      throw refuse(`expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${got}`);
    }
    if (!mutating && patch !== '') throw refuse('validating webhook may not return response.patch');
    if (!mutating && patchType !== undefined) throw refuse('validating webhook may not return response.patchType');
    if (patch !== '' && patchType === undefined) {
      throw refuse('webhook returned response.patch but not response.patchType');
    }
    if (patch === '' && patchType !== undefined) {
      throw refuse('webhook returned response.patchType but not response.patch');
    }
    if (patchType === '') throw refuse('webhook returned invalid response.patchType of ""');
  }
  return {
    allowed: response['allowed'] === true,
    warnings: Array.isArray(response['warnings']) ? response['warnings'].map(String) : [],
    status: isMap(response['status']) ? (response['status'] as Partial<Status>) : undefined,
    patch: mutating && patch !== '' ? patch : undefined,
    // The older version has no other type.
    patchType: isV1 ? String(patchType ?? '') : 'JSONPatch',
    auditAnnotations: (response['auditAnnotations'] ?? {}) as Readonly<Record<string, string>>,
  };
}

const GO_TYPES: Readonly<Record<string, readonly [json: string, go: string]>> = {
  uid: ['string', 'types.UID'],
  allowed: ['bool', 'bool'],
  status: ['object', 'v1.Status'],
  patchType: ['string', 'v1.PatchType'],
  auditAnnotations: ['object', 'map[string]string'],
  warnings: ['array', '[]string'],
};

/** @throws {CallFailure} a field is not of its Go type */
function checkTypes(response: unknown): void {
  const mismatch = (path: string, value: unknown, goType: string): CallFailure =>
    failedCall(`json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${path} of type ${goType}`);
  if (response === undefined || response === null) return;
  if (!isMap(response)) throw mismatch('AdmissionReview.response', response, 'v1.AdmissionResponse');
  for (const [name, value] of Object.entries(response)) {
    const path = `AdmissionResponse.response.${name}`;
    if (value === null || value === undefined) continue;
    const [json, goType] = GO_TYPES[name] ?? [];
    if (goType !== undefined && jsonTypeName(value) !== json) throw mismatch(path, value, goType);
    const parts = name === 'warnings' || name === 'auditAnnotations' ? Object.values(value) : [];
    for (const part of parts) if (typeof part !== 'string' && part !== null) throw mismatch(path, part, 'string');
    if (name !== 'patch' || typeof value === 'string') continue;
    const item = Array.isArray(value) ? value.find((each) => typeof each !== 'number') : value;
    if (item !== undefined) throw mismatch(path, item, Array.isArray(value) ? 'uint8' : '[]uint8');
  }
}

const failedCall = (why: string): CallFailure => new CallFailure(`failed to call webhook: ${why}`);

function patchText(patch: unknown): string {
  try {
    return new TextDecoder().decode(
      typeof patch === 'string' ? decodeBase64(patch) : Uint8Array.from(patch as number[]),
    );
  } catch (error) {
    if (error instanceof Base64Problem) throw failedCall(error.message);
    throw error;
  }
}

/** The refusal of a webhook as the client sees it. */
export function denied(webhook: string, status: Partial<Status> = {}): StatusError {
  const by = `admission webhook ${goQuote(webhook)} denied the request`;
  const { metadata = {}, message, reason, details, code = 0 } = status;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message: message ? `${by}: ${message}` : reason ? `${by}: ${reason}` : `${by} without explanation`,
    ...(reason && { reason }),
    ...(details && { details }),
    code: code < 400 ? 400 : code,
  } as Status);
}

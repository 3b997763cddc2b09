import { decodeBase64, goQuote, type KubeObject, type Status, StatusError } from '@tabernetes/apimachinery';
import { admissionRequest } from './admission-request.ts';
import { CallFailure } from './call-webhook.ts';
import { converted, type MatchAttributes, type Matched } from './matching.ts';

/** What a webhook has decided. */
export interface Decision {
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  readonly status: Partial<Status> | undefined;
  /** A JSON patch; undefined: nothing is to be changed. */
  readonly patch: unknown;
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
): Promise<{ readonly apiVersion: string; readonly kind: string; readonly request: Record<string, unknown> }> {
  const version = versions.find((each) => VERSIONS.has(each));
  if (version === undefined) {
    throw new CallFailure(
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    );
  }
  const shown = async (each: KubeObject | undefined): Promise<unknown> =>
    each === undefined ? null : await converted(each, attributes.definition, matched.definition);
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      ...admissionRequest(attributes, matched),
      object: await shown(object),
      oldObject: await shown(attributes.old),
    },
  };
}

/**
 * Reads an answer.
 * @throws {CallFailure}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go VerifyAdmissionResponse
 */
export function decisionOf(answer: unknown, apiVersion: string, uid: string, mutating: boolean): Decision {
  const refuse = (why: string): CallFailure => new CallFailure(`received invalid webhook response: ${why}`);
  const review = isMap(answer) ? answer : {};
  const { response } = review;
  if (!isMap(response)) throw refuse('webhook response was absent');
  const { patch = '', patchType } = response;
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
    if (patchType !== undefined && patchType !== 'JSONPatch') {
      throw new CallFailure(`unsupported patch type ${goQuote(String(patchType))}`);
    }
  }
  const warnings = Array.isArray(response['warnings']) ? response['warnings'].map(String) : [];
  return {
    allowed: response['allowed'] === true,
    warnings,
    status: isMap(response['status']) ? (response['status'] as Partial<Status>) : undefined,
    patch: mutating && typeof patch === 'string' && patch !== '' ? decodePatch(patch) : undefined,
  };
}

function decodePatch(text: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(decodeBase64(text)));
  } catch {
    throw new CallFailure('received invalid webhook response: response.patch is not a JSON patch in base64');
  }
}

/** The refusal of a webhook as the client sees it. */
export function denied(webhook: string, status: Partial<Status> = {}): StatusError {
  const by = `admission webhook ${goQuote(webhook)} denied the request`;
  const { message, reason, code = 0 } = status;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    ...status,
    status: 'Failure',
    message: message ? `${by}: ${message}` : reason ? `${by}: ${reason}` : `${by} without explanation`,
    code: code < 400 ? 400 : code,
  } as Status);
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

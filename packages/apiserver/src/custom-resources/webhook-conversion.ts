import { isObject } from '@tabernetes/api/structural';
import type { CustomResourceDefinition, WebhookConversion } from '@tabernetes/api/types/apiextensions-v1';
import {
  aggregateText,
  type Draft,
  failure,
  fieldErrorText,
  goQuote,
  jsonTypeName,
  type KubeObject,
  type ObjectMeta,
  validateAnnotations,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import { CallFailure } from '../webhooks/call-failure.ts';
import { type CallDeps, post } from '../webhooks/call-webhook.ts';

export type ConversionDeps = CallDeps & {
  readonly rng: Rng;
};

const TIMEOUT_MS = 30_000;

/**
 * Asks the webhook of a definition for objects in another version: one review for all of them. Those that are of that version
 * already come back as they are.
 * @throws {StatusError} InternalError with upstream's words
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
 */
export async function convertByWebhook(
  deps: ConversionDeps,
  { spec }: CustomResourceDefinition,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<readonly KubeObject[]> {
  const versions = new Set(spec.versions.map(({ name }) => `${spec.group}/${name}`));
  for (const each of [...objects.map((object) => object.apiVersion), apiVersion]) {
    const way = each === apiVersion ? 'to' : 'from';
    if (!versions.has(each)) throw refused(`request to convert CR ${way} an invalid group/version: ${each}`);
  }
  const asked = objects.filter((object) => object.apiVersion !== apiVersion);
  const [first] = asked;
  if (first === undefined) return objects;
  const what = `conversion webhook for ${first.apiVersion}, Kind=${first.kind}`;
  const answers = await ask(deps, spec.conversion?.webhook, asked, apiVersion, what);
  if (answers.length !== asked.length) {
    throw refused(`${what} returned ${answers.length} objects, expected ${asked.length}`);
  }
  let next = 0;
  return objects.map((object) => {
    if (object.apiVersion === apiVersion) return object;
    next += 1;
    return checked(object, answers[next - 1], apiVersion, what);
  });
}

async function ask(
  deps: ConversionDeps,
  webhook: WebhookConversion | undefined,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
  what: string,
): Promise<readonly unknown[]> {
  const version = (webhook?.conversionReviewVersions ?? []).find((each) => each === 'v1' || each === 'v1beta1');
  if (version === undefined) throw refused('no supported conversion review versions');
  const uid = deps.rng.uuid();
  const apiVersion = `apiextensions.k8s.io/${version}`;
  const request = { uid, desiredAPIVersion, objects };
  const question = { kind: 'ConversionReview', apiVersion, request, response: NO_RESPONSE };
  try {
    return convertedObjects(await post(deps, webhook?.clientConfig ?? {}, question, TIMEOUT_MS), apiVersion, uid);
  } catch (error) {
    if (error instanceof CallFailure) throw refused(`${what} failed: ${error.message}`);
    throw error;
  }
}

/** Stands in every question. */
const NO_RESPONSE = { uid: '', convertedObjects: null, result: { metadata: {} } };

/** @throws {CallFailure} */
function convertedObjects(answer: unknown, apiVersion: string, uid: string): readonly unknown[] {
  const review = isObject(answer) ? answer : {};
  const isV1 = apiVersion.endsWith('/v1');
  if (isV1 && (review['apiVersion'] !== apiVersion || review['kind'] !== 'ConversionReview')) {
    const got = `${String(review['apiVersion'] ?? '/')}, Kind=${String(review['kind'] ?? '')}`;
    throw new CallFailure(`expected webhook response of ${apiVersion}, Kind=ConversionReview, got ${got}`);
  }
  const { response } = review;
  if (!isObject(response)) throw new CallFailure('no response provided');
  if (isV1 && response['uid'] !== uid) {
    throw new CallFailure(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(response['uid'] ?? ''))}`);
  }
  const result = response['result'] ?? {};
  if (!isObject(result)) {
    throw new CallFailure(
      `json: cannot unmarshal ${jsonTypeName(result)} into Go struct field ConversionResponse.response.result of type v1.Status`,
    );
  }
  if (result['status'] !== 'Success') {
    const text = String(result['message'] ?? '');
    throw new CallFailure(text || `response.result.status was '${String(result['status'] ?? '')}', not 'Success'`);
  }
  return Array.isArray(response['convertedObjects']) ? response['convertedObjects'] : [];
}

/** What a webhook made of an object, with the metadata that it may not change. @throws {StatusError} */
function checked(object: KubeObject, answer: unknown, apiVersion: string, what: string): KubeObject {
  const invalid = (why: string): Error => refused(`${what} returned invalid object at index 0: ${why}`);
  if (answer === null) throw refused('unexpected end of JSON input');
  if (!isObject(answer)) {
    throw refused(`json: cannot unmarshal ${jsonTypeName(answer)} into Go value of type map[string]interface {}`);
  }
  if (!answer['kind']) throw refused(`Object 'Kind' is missing in '${JSON.stringify(answer)}'`);
  if (answer['apiVersion'] !== apiVersion) {
    throw invalid(`invalid groupVersion (expected ${apiVersion}, received ${String(answer['apiVersion'] ?? '')})`);
  }
  if (answer['kind'] !== object.kind) {
    throw invalid(`invalid kind (expected ${object.kind}, received ${String(answer['kind'])})`);
  }
  const { metadata } = answer;
  const same = (field: 'name' | 'namespace' | 'uid', name: string): void => {
    const [expected, got] = [object.metadata[field] ?? '', isObject(metadata) ? String(metadata[field] ?? '') : ''];
    if (expected !== got)
      throw refused(`${what} returned invalid object: must have the same ${name}: ${expected} != ${got}`);
  };
  same('name', 'name');
  same('namespace', 'namespace');
  same('uid', 'UID');
  const invalidMeta = (why: string): Error => refused(`${what} returned invalid metadata: ${why}`);
  if (metadata === undefined) throw invalidMeta('missing metadata in converted object');
  if (!isObject(metadata)) throw invalidMeta(`invalid metadata of type ${goType(metadata)} in converted object`);
  const kept: Draft<ObjectMeta> = structuredClone(object.metadata) as Draft<ObjectMeta>;
  for (const field of ['labels', 'annotations'] as const) {
    const values = stringMap(metadata[field], field, invalidMeta);
    if (values === undefined) delete kept[field];
    else kept[field] = values;
    const problems =
      field === 'labels'
        ? validateLabels(values, 'metadata.labels')
        : validateAnnotations(values, 'metadata.annotation');
    if (problems.length > 0) throw invalidMeta(aggregateText(problems.map(fieldErrorText)));
  }
  return { ...answer, metadata: kept } as unknown as KubeObject;
}

function stringMap(value: unknown, field: string, invalid: (why: string) => Error): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`invalid metadata.${field} of type ${goType(value)} in converted object`);
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== 'string') {
      throw invalid(`metadata.${field}[${key}] must be a string, but is ${goType(each)} in converted object`);
    }
  }
  return value as Record<string, string>;
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

const refused = (message: string): Error => failure(500, '', message);

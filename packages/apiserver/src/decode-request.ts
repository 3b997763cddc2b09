import type { KindDefinition } from '@tabernetes/api';
import {
  type ApiRequest,
  badRequest,
  DecodeProblem,
  type DecodeSource,
  type Draft,
  decodeBody,
  decodeObject,
  type GroupVersionKind,
  goQuote,
  invalid,
  invalidStatus,
  type KubeObject,
  kindWithDefaults,
  missing,
  type StatusError,
  type StructSchema,
  SyntaxProblem,
  statedKind,
  unreadableKind,
} from '@tabernetes/apimachinery';
import { isCustom } from './kinds.ts';
import { type InputType, inputType } from './negotiation.ts';
import { type RequestScope, warn } from './request-scope.ts';
import type { FieldValidation } from './write-options.ts';

/** The kind that a body must hold. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Versions that are read as this one. */
  readonly otherVersions?: readonly string[];
  readonly schema: StructSchema;
  readonly coerce?: KindDefinition['coerce'];
}

/**
 * The object in a request's body, as a fresh draft on every call (retries need one each). Unknown and duplicate fields
 * are refused, told in warnings or ignored, as `fieldValidation` says. What an object from within the process shares with
 * `known` is taken as it is: see DecodeSource.
 *
 * @throws {StatusError} BadRequest, Invalid, UnsupportedMediaType
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go
 */
export function requestBody(
  scope: RequestScope,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  known?: KubeObject,
): () => Draft<KubeObject> {
  const body = parsedBody(scope, expected.kind, known);
  const gvk = checkKind(scope, expected, body);
  let isFirst = true;
  return () => {
    const { draft, strictErrors: unknown } = decodeTyped(expected, gvk, body);
    const strictErrors = body.strictErrors.length > 0 ? [...body.strictErrors, ...unknown] : unknown;
    if (isFirst && strictErrors.length > 0) {
      if (fieldValidation === 'Strict') {
        throw cannotHandle(gvk, expected, `strict decoding error: ${strictErrors.join(', ')}`);
      }
      if (fieldValidation === 'Warn') warnStrictly(scope, strictErrors);
    }
    isFirst = false;
    draft.apiVersion = groupVersion(expected);
    draft.kind = expected.kind;
    draft.metadata ??= {};
    return draft;
  };
}

/**
 * Warnings of what strict validation would refuse; of what YAML repeats there is one for each line.
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go addStrictDecodingWarnings
 */
export function warnStrictly(scope: RequestScope, problems: readonly string[]): void {
  for (const problem of problems) {
    const lines = problem.startsWith(REPEATED) ? problem.slice(REPEATED.length).split('\n') : [problem];
    for (const line of lines) warn(scope, line.trim());
  }
}

const REPEATED = 'yaml: unmarshal errors:\n';

/** @throws {StatusError} UnsupportedMediaType, before anything else of the request is looked at */
export function checkInputType({ body, headers }: ApiRequest): void {
  if (body?.kind !== 'object') inputType(headers['content-type']);
}

interface ParsedBody {
  readonly value: unknown;
  readonly source: DecodeSource;
  /** Problems of the text itself, such as repeated keys of YAML. */
  readonly strictErrors: readonly string[];
  /** Paths of fields that JSON sets more than once, in the order of the text. */
  readonly duplicateFields: readonly string[];
  /** How the body begins, for messages. */
  readonly summary: string;
}

function parsedBody(
  { request, server }: RequestScope,
  expectedKind: string,
  known: KubeObject | undefined,
): ParsedBody {
  const { body, headers } = request;
  if (body?.kind === 'object') {
    const source = known === undefined ? NO_SOURCE : { known };
    return { value: body.object, source, strictErrors: NONE, duplicateFields: NONE, summary: '' };
  }
  const mediaType = inputType(headers['content-type']);
  const bytes = body?.bytes ?? EMPTY;
  const summary = summarize(bytes);
  try {
    const { value, strictErrors, duplicateFields, ...source } = decodeBody(bytes, mediaType, server.protobuf);
    return { value, source, strictErrors, duplicateFields, summary };
  } catch (error) {
    if (error instanceof SyntaxProblem)
      throw unrecognized(expectedKind, `${PREFIX[mediaType]}${error.message}`, summary);
    throw error;
  }
}

const EMPTY = new Uint8Array(0);
const NONE: readonly string[] = [];
const NO_SOURCE: DecodeSource = {};

const PREFIX: Readonly<Record<InputType, string>> = {
  'application/json': "couldn't get version/kind; json parse error: ",
  'application/yaml': '',
  'application/vnd.kubernetes.protobuf': '',
};

/** What the body says it is. What it does not say is taken from the path. */
function checkKind(
  { request }: RequestScope,
  expected: ExpectedKind,
  { value, summary }: ParsedBody,
): GroupVersionKind {
  // As a rule it says what the path says.
  const { apiVersion, kind } = (value ?? NOTHING) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (kind === expected.kind && apiVersion === groupVersion(expected)) return expected;
  const stated = statedKind(value);
  if (typeof stated === 'string') throw unrecognized(expected.kind, stated, summary);
  if (stated.kind === '' && value !== undefined && isCustom(expected)) {
    throw kindMissing(request, expected, value, summary);
  }
  const gvk = kindWithDefaults(stated, expected);
  const { group, version, otherVersions = [] } = expected;
  const isExpected = gvk.group === group && (gvk.version === version || otherVersions.includes(gvk.version));
  if (gvk.kind === expected.kind && isExpected) return gvk;

  const wrongVersion = `the API version in the data (${groupVersion(gvk)}) does not match the expected API version (${groupVersion(expected)})`;
  if (isCustom(expected)) {
    // Custom resources have no types of their own: any kind decodes.
    if (gvk.group !== group || gvk.version !== version) throw badRequest(wrongVersion);
    const { name = '' } = (value as { readonly metadata?: { readonly name?: string } }).metadata ?? {};
    throw invalidStatus(gvk, name, [invalid('kind', gvk.kind, `must be ${expected.kind}`)]);
  }
  if (gvk.version === '') throw cannotHandle(gvk, expected, missing('apiVersion', textOf(request.body, value)));
  const problem = unreadableKind(gvk, expected);
  throw problem === undefined ? badRequest(wrongVersion) : cannotHandle(gvk, expected, problem);
}

const NOTHING = {};

/** Nothing but the body says what kind a custom resource is. */
function kindMissing(
  { body, headers }: ApiRequest,
  { kind }: ExpectedKind,
  value: unknown,
  summary: string,
): StatusError {
  const isJson = inputType(headers['content-type']) === 'application/json';
  return unrecognized(kind, missing('Kind', isJson ? textOf(body, value) : JSON.stringify(value)), summary);
}

/** A body as it was sent. */
export const textOf = (body: ApiRequest['body'], value: unknown): string =>
  body?.kind === 'bytes' ? new TextDecoder().decode(body.bytes) : JSON.stringify(value);

function decodeTyped(expected: ExpectedKind, gvk: GroupVersionKind, { value, source, duplicateFields }: ParsedBody) {
  try {
    if (!expected.schema.untyped) {
      const decoded = decodeObject(expected.schema, value ?? {}, source);
      decoded.draft.metadata ??= {};
      expected.coerce?.(decoded.draft);
      return decoded;
    }
    // What has no type is not decoded into what came before: of fields that are repeated the last counts.
    const decoded = decodeObject(expected.schema, value ?? {}, { ...source, duplicates: undefined });
    const repeated =
      source.duplicates === undefined ? [] : duplicateFields.map((path) => `duplicate field ${goQuote(path)}`);
    return {
      ...decoded,
      strictErrors: [...repeated, ...byPath(decoded), ...(expected.coerce?.(decoded.draft) ?? []).map(unknownField)],
    };
  } catch (error) {
    if (error instanceof DecodeProblem) throw cannotHandle(gvk, expected, error.message);
    throw error;
  }
}

/** What a custom resource does not declare is found when it is pruned: after what is wrong with its metadata, and by path. */
function byPath({ unknownFields, strictErrors }: ReturnType<typeof decodeObject>): readonly string[] {
  if (strictErrors.length < 2) return strictErrors;
  const pruned = unknownFields.filter((path) => !path.startsWith('metadata.')).map(unknownField);
  return [...strictErrors.filter((problem) => !pruned.includes(problem)), ...pruned.sort()];
}

const unknownField = (path: string): string => `unknown field ${goQuote(path)}`;

const groupVersion = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === '' ? version : `${group}/${version}`;

const cannotHandle = (gvk: GroupVersionKind, expected: ExpectedKind, why: string): StatusError =>
  badRequest(`${gvk.kind} in version ${goQuote(gvk.version)} cannot be handled as a ${expected.kind}: ${why}`);

const unrecognized = (kind: string, why: string, summary: string): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary})`);

const SUMMARY_LENGTH = 30;

/** The beginning of a body that nobody understood: text when it looks like JSON, else hexadecimal. */
function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, SUMMARY_LENGTH);
  const more = bytes.length > SUMMARY_LENGTH ? ' ...' : '';
  if (bytes[0] === 123) return new TextDecoder().decode(head) + more;
  return Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join('') + more;
}

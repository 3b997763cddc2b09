import {
  badRequest,
  DecodeProblem,
  type DecodeSource,
  type Draft,
  decodeBody,
  decodeObject,
  goQuote,
  invalid,
  invalidStatus,
  type KubeObject,
  type StatusError,
  type StructSchema,
  SyntaxProblem,
} from '@tabernetes/apimachinery';
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
      if (fieldValidation === 'Warn') for (const problem of strictErrors) warn(scope, problem);
    }
    isFirst = false;
    draft.apiVersion = groupVersion(expected);
    draft.kind = expected.kind;
    draft.metadata ??= {};
    return draft;
  };
}

interface ParsedBody {
  readonly value: unknown;
  readonly source: DecodeSource;
  /** Problems of the text itself, such as repeated keys of YAML. */
  readonly strictErrors: readonly string[];
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
    return { value: body.object, source: known === undefined ? NO_SOURCE : { known }, strictErrors: [], summary: '' };
  }
  const mediaType = inputType(headers['content-type']);
  const bytes = body?.bytes ?? EMPTY;
  const summary = summarize(bytes);
  try {
    const { value, strictErrors, ...source } = decodeBody(bytes, mediaType, server.protobuf);
    return { value, source, strictErrors, summary };
  } catch (error) {
    if (error instanceof SyntaxProblem)
      throw unrecognized(expectedKind, `${PREFIX[mediaType]}${error.message}`, summary);
    throw error;
  }
}

const EMPTY = new Uint8Array(0);
const NO_SOURCE: DecodeSource = {};

const PREFIX: Readonly<Record<InputType, string>> = {
  'application/json': "couldn't get version/kind; json parse error: ",
  'application/yaml': '',
  'application/vnd.kubernetes.protobuf': '',
};

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What the body says it is. What it does not say is taken from the path. */
function checkKind({ server }: RequestScope, expected: ExpectedKind, { value, summary }: ParsedBody): Gvk {
  const parse = (why: string): StatusError =>
    unrecognized(expected.kind, `${PREFIX['application/json']}${why}`, summary);
  if (value === null || value === undefined) return expected;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw parse(`json: cannot unmarshal ${goType(value)} into Go value of type ${TYPE_META}`);
  }
  const { apiVersion = '', kind = '' } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  // As a rule it says what the path says.
  if (kind === expected.kind && apiVersion === groupVersion(expected)) return expected;
  for (const [name, given] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    if (given !== null && typeof given !== 'string') {
      throw parse(`json: cannot unmarshal ${goType(given)} into Go struct field .${name} of type string`);
    }
  }
  const text = (apiVersion ?? '') as string;
  const parts = text.split('/');
  if (parts.length > 2) throw unrecognized(expected.kind, `unexpected GroupVersion string: ${text}`, summary);
  const given = {
    group: parts.length === 2 ? (parts[0] ?? '') : '',
    version: parts.at(-1) ?? '',
    kind: (kind ?? '') as string,
  };
  const gvk = {
    kind: given.kind || expected.kind,
    group: text === '' ? expected.group : given.group,
    version: text === '' ? expected.version : given.version,
  };
  const { version, otherVersions = [] } = expected;
  const isExpected = gvk.version === version || otherVersions.includes(gvk.version);
  if (gvk.kind === expected.kind && gvk.group === expected.group && isExpected) return gvk;

  const wrongVersion = `the API version in the data (${text}) does not match the expected API version (${groupVersion(expected)})`;
  if (expected.schema.openapi === undefined) {
    // Custom resources have no types of their own: any kind decodes.
    if (gvk.group !== expected.group || gvk.version !== expected.version) throw badRequest(wrongVersion);
    const { name = '' } = (value as { readonly metadata?: { readonly name?: string } }).metadata ?? {};
    throw invalidStatus(gvk, name, [invalid('kind', gvk.kind, `must be ${expected.kind}`)]);
  }
  const known = server.kinds.byKind(gvk);
  if (known === undefined) {
    const scheme = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';
    throw cannotHandle(
      gvk,
      expected,
      `no kind ${goQuote(gvk.kind)} is registered for version ${goQuote(groupVersion(gvk))} in scheme ${goQuote(scheme)}`,
    );
  }
  const own = server.kinds.byKind(expected);
  if (own !== undefined && own.prefix === known.prefix) throw badRequest(wrongVersion);
  throw cannotHandle(
    gvk,
    expected,
    `converting (${gvk.version}.${gvk.kind}) to (${internalPackage(expected.group)}.${expected.kind}): unknown conversion`,
  );
}

function decodeTyped(expected: ExpectedKind, gvk: Gvk, { value, source }: ParsedBody) {
  try {
    return decodeObject(expected.schema, value ?? {}, source);
  } catch (error) {
    if (error instanceof DecodeProblem) throw cannotHandle(gvk, expected, error.message);
    throw error;
  }
}

const groupVersion = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === '' ? version : `${group}/${version}`;

const cannotHandle = (gvk: Gvk, expected: ExpectedKind, why: string): StatusError =>
  badRequest(`${gvk.kind} in version ${goQuote(gvk.version)} cannot be handled as a ${expected.kind}: ${why}`);

const unrecognized = (kind: string, why: string, summary: string): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary})`);

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** The Go package of a group's internal types, as conversion errors name it. */
function internalPackage(group: string): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  return group.split('.')[0] ?? group;
}

const SUMMARY_LENGTH = 30;

/** The beginning of a body that nobody understood: text when it looks like JSON, else hexadecimal. */
function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, SUMMARY_LENGTH);
  const more = bytes.length > SUMMARY_LENGTH ? ' ...' : '';
  if (bytes[0] === 123) return new TextDecoder().decode(head) + more;
  return Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join('') + more;
}

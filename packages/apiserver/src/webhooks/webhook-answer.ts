import {
  decodeJson,
  decodeYaml,
  goQuote,
  jsonTypeName,
  notRegistered,
  SyntaxProblem,
  WEBHOOK_SCHEME,
} from '@tabernetes/apimachinery';
import { CallFailure } from './call-failure.ts';

/** What a webhook is asked, and has to answer. */
export interface Question {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: unknown;
  readonly response?: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the answer to a question: JSON or YAML of the same kind.
 * @throws {CallFailure} in the words of Go's decoders
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/rest/request.go Result.Into
 */
export function readAnswer(response: Response, text: string, question: Question): JsonObject {
  const { status, headers } = response;
  if (!response.ok) throw new CallFailure(statusMessage(text) ?? statusText(status, textOf(headers, text)));
  if (text === '') {
    throw new CallFailure(
      `0-length response with status code: ${status} and content type: ${headers.get('content-type') ?? ''}`,
    );
  }
  const answer = decoded(text);
  const apiVersion = stringOf(answer, 'apiVersion') || question.apiVersion;
  const kind = stringOf(answer, 'kind') || question.kind;
  if (apiVersion === question.apiVersion && kind === question.kind) return answer;
  const from = `${apiVersion} ${kind}`;
  const isKnown = KNOWN.has(from) || (kind === question.kind && groupOf(apiVersion) === groupOf(question.apiVersion));
  if (!isKnown) {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    throw new CallFailure(notRegistered({ group, version, kind }, WEBHOOK_SCHEME));
  }
  const type = (version: string, name: string): string => `(${version.split('/').at(-1)}.${name})`;
  throw new CallFailure(
    `converting ${type(apiVersion, kind)} to ${type(question.apiVersion, question.kind)}: unknown conversion`,
  );
}

const KNOWN: ReadonlySet<string> = new Set(['v1 Status']);
const groupOf = (apiVersion: string): string => apiVersion.split('/')[0] ?? '';

const stringOf = (answer: JsonObject, field: string): string => {
  const value = answer[field] ?? '';
  if (typeof value === 'string') return value;
  throw new CallFailure(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${field} of type string`,
  );
};

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function decoded(text: string): JsonObject {
  let value: unknown;
  try {
    value = (text.trimStart().startsWith('{') ? decodeJson(text) : decodeYaml(text)).value;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new CallFailure(`couldn't get version/kind; json parse error: ${error.message}`);
  }
  if (isMap(value)) return value;
  throw new CallFailure(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${TYPE_META}`,
  );
}

/** Of a refusal that is a Status. */
function statusMessage(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { value } = decodeJson(text);
    if (!isMap(value) || (value['kind'] ?? 'Status') !== 'Status' || value['status'] !== 'Failure') return undefined;
    return (value['apiVersion'] ?? 'v1') === 'v1' ? String(value['message'] ?? '') : undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

const MAX_TEXT_BYTES = 2048;

/** The body, where people are to read it. */
function textOf(headers: Headers, text: string): string {
  const type = headers.get('content-type') ?? '';
  return type === '' || type.startsWith('text/') ? text.slice(0, MAX_TEXT_BYTES).trim() : 'unknown';
}

/** As client-go words an answer that is not a Status. */
function statusText(code: number, text: string): string {
  switch (code) {
    case 400:
      return 'the server rejected our request for an unknown reason';
    case 401:
      return 'the server has asked for the client to provide credentials';
    case 403:
    case 415:
      return text;
    case 404:
      return 'the server could not find the requested resource';
    case 405:
      return 'the server does not allow this method on the requested resource';
    case 406:
      return text === '' || text === 'unknown'
        ? 'the server was unable to respond with a content type that the client supports'
        : text;
    case 409:
      return 'the server reported a conflict';
    case 422:
      return 'the server rejected our request due to an error in our request';
    case 429:
      return 'the server has received too many requests and has asked us to try again later';
    case 503:
      return 'the server is currently unable to handle the request';
    case 504:
      return 'the server was unable to return a response in the time allotted, but may still be processing the request';
    default:
      return code >= 500
        ? `an error on the server (${goQuote(text)}) has prevented the request from succeeding`
        : `the server responded with the status code ${code} but did not return more information`;
  }
}

export const isMap = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { failure, type StatusError } from '@tabernetes/apimachinery';

/** What the client wants back. */
export interface OutputType {
  readonly format: 'json' | 'yaml';
  /** `;stream=watch` was asked for. */
  readonly stream: boolean;
  /** Another shape of the same objects. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** apiVersion of that shape: `meta.k8s.io/v1`, `meta.k8s.io/v1beta1`. */
  readonly asVersion: string;
}

const JSON_OUTPUT: OutputType = { format: 'json', stream: false, as: undefined, asVersion: '' };

/** What is offered, for the message of a 406. Protobuf is named because a real server names it; we answer JSON to it. */
const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const LIST_TYPES = `${OBJECT_TYPES}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`;

const TRANSFORMS: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/**
 * Reads an Accept header. Undefined: nothing that is offered would do.
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go
 */
export function negotiate(accept: string | undefined): OutputType | undefined {
  if (accept === undefined || accept === '') return JSON_OUTPUT;
  const known = answers.get(accept);
  if (known !== undefined || answers.has(accept)) return known;
  const answer = choose(accept);
  if (answers.size < MAX_KNOWN) answers.set(accept, answer);
  return answer;
}

// Pure answers to the few Accept headers that clients send; bounded, for the headers are the clients' to choose.
const answers = new Map<string, OutputType | undefined>();
const MAX_KNOWN = 64;

interface Clause {
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly quality: number;
}

function choose(accept: string): OutputType | undefined {
  const clauses = accept.split(',').map(parseClause);
  clauses.sort((a, b) => b.quality - a.quality); // stable: equals stay in the order of the header
  for (const { type, params } of clauses) {
    const format = FORMATS[type];
    if (format === undefined) continue;
    const stream = params['stream'];
    if (stream !== undefined && stream !== 'watch') continue;
    const as = params['as'];
    if (as === undefined) return { ...JSON_OUTPUT, format, stream: stream === 'watch' };
    const group = params['g'] ?? '';
    const version = params['v'] ?? '';
    if (!TRANSFORMS.has(as) || group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) continue;
    return { format, stream: stream === 'watch', as: as as OutputType['as'], asVersion: `${group}/${version}` };
  }
  return undefined;
}

const FORMATS: Readonly<Record<string, OutputType['format']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/*': 'json',
  '*/*': 'json',
};

function parseClause(text: string): Clause {
  const [type = '', ...rest] = text.split(';');
  const params: Record<string, string> = {};
  let quality = 1;
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    if (name === 'q') quality = Number.parseFloat(value) || 0;
    else params[name] = value;
  }
  return { type: type.trim().toLowerCase(), params, quality };
}

/** The 406 that the router answers when no media type fits, or the negotiator's when only the shape does not. */
export function notAcceptable(accept: string, isList: boolean): StatusError {
  const offered = isList ? LIST_TYPES : OBJECT_TYPES;
  if (accept.split(',').some((clause) => ROUTED.has(parseClause(clause).type))) {
    return failure(406, 'NotAcceptable', `only the following media types are accepted: ${OBJECT_TYPES}`);
  }
  return failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered}`, {});
}

const ROUTED: ReadonlySet<string> = new Set([
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  '*/*',
]);

export type InputType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';

/** The media type of a request body. @throws {StatusError} UnsupportedMediaType */
export function inputType(contentType: string | undefined): InputType {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '') return 'application/json';
  if (type === 'application/json' || type === 'application/yaml' || type === 'application/vnd.kubernetes.protobuf') {
    return type;
  }
  throw failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${OBJECT_TYPES}`,
  );
}

export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

/**
 * The kind of a patch, from its content type.
 * @param isCustom custom resources take no strategic merge patches
 * @throws {StatusError} UnsupportedMediaType
 */
export function patchType(contentType: string | undefined, isCustom = false): PatchType {
  const type = (contentType ?? '').split(';')[0]?.trim() ?? '';
  if (
    type === 'application/json-patch+json' ||
    type === 'application/merge-patch+json' ||
    (type === 'application/strategic-merge-patch+json' && !isCustom) ||
    type === 'application/apply-patch+yaml'
  ) {
    return type;
  }
  if (isCustom) {
    throw failure(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

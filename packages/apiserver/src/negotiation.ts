import { failure, type StatusError, type WireFormat } from '@tabernetes/apimachinery';

/** What the client wants back. */
export interface OutputType {
  readonly format: WireFormat;
  /** `;stream=watch` was asked for. */
  readonly stream: boolean;
  /** `;pretty=1` was. */
  readonly pretty: boolean;
  /** Another shape of the same objects. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** apiVersion of that shape: `meta.k8s.io/v1`, `meta.k8s.io/v1beta1`. */
  readonly asVersion: string;
}

const JSON_OUTPUT: OutputType = { format: 'json', stream: false, pretty: false, as: undefined, asVersion: '' };

/** What is offered, for the message of a 406. A real server names protobuf for custom resources too. */
const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const STREAM_TYPES = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
const LIST_TYPES = `${OBJECT_TYPES}, ${STREAM_TYPES}`;

/** What a path can answer with. Made once per kind of path: the answers to the headers that clients send are kept in it. */
export interface Offer {
  /** Objects as they are, in protobuf. */
  readonly protobuf: boolean;
  /** Other shapes of the objects: Tables as text, metadata alone also in protobuf when there is any. */
  readonly transforms: boolean;
  /** Tables are among them. */
  readonly tables: boolean;
  /** Metadata alone, in protobuf. */
  readonly protobufMetadata: boolean;
  /** A router looks at what is asked for first: it knows media types alone, and no `application/*`. */
  readonly routed: boolean;
  readonly answers: Map<string, OutputType | undefined>;
}

const offer = (what: Omit<Offer, 'answers'>): Offer => ({ ...what, answers: new Map() });

/** The resources of built-in kinds, those of custom resources, and everything else (refusals, discovery). */
export interface Offers {
  readonly builtIn: Offer;
  readonly custom: Offer;
  /** What is posted and answered, and stored by nobody: there is no Table of it. */
  readonly posted: Offer;
  readonly plain: Offer;
}

/** @param protobuf false: the server has no table of field numbers */
export const offers = (protobuf: boolean): Offers => ({
  builtIn: offer({ protobuf, transforms: true, tables: true, protobufMetadata: protobuf, routed: true }),
  custom: offer({ protobuf: false, transforms: true, tables: true, protobufMetadata: protobuf, routed: false }),
  posted: offer({ protobuf, transforms: true, tables: false, protobufMetadata: protobuf, routed: true }),
  plain: offer({ protobuf, transforms: false, tables: false, protobufMetadata: false, routed: false }),
});

const TRANSFORMS: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/**
 * Reads an Accept header. Undefined: nothing that is offered would do.
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go
 */
export function negotiate(accept: string | undefined, offered: Offer): OutputType | undefined {
  if (accept === undefined || accept === '') return JSON_OUTPUT;
  const { answers } = offered;
  const known = answers.get(accept);
  if (known !== undefined || answers.has(accept)) return known;
  const answer = choose(accept, offered);
  if (answers.size < MAX_KNOWN) answers.set(accept, answer);
  return answer;
}

// Few Accept headers are ever sent; bounded, for they are the clients' to choose.
const MAX_KNOWN = 64;

interface Clause {
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly quality: number;
}

function choose(accept: string, offered: Offer): OutputType | undefined {
  if (offered.routed && !isRoutable(accept)) return undefined;
  const clauses = accept.split(',').map(parseClause);
  clauses.sort((a, b) => b.quality - a.quality); // stable: equals stay in the order of the header
  for (const { type, params } of clauses) {
    const format = FORMATS[type];
    if (format === undefined) continue;
    const stream = params['stream'];
    if (stream !== undefined && stream !== 'watch') continue;
    const pretty = params['pretty'] === '1';
    const as = params['as'];
    if (as === undefined) {
      if (format === 'protobuf' && !offered.protobuf) continue;
      return { ...JSON_OUTPUT, format, stream: stream === 'watch', pretty };
    }
    if (!offered.transforms || (as === 'Table' && !offered.tables)) continue;
    if (format === 'protobuf' && (as === 'Table' || !offered.protobufMetadata)) continue;
    const group = params['g'] ?? '';
    const version = params['v'] ?? '';
    if (!TRANSFORMS.has(as) || group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) continue;
    return {
      format,
      stream: stream === 'watch',
      pretty,
      as: as as OutputType['as'],
      asVersion: `${group}/${version}`,
    };
  }
  return undefined;
}

const FORMATS: Readonly<Record<string, OutputType['format']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
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
  return { type: type.trim(), params, quality };
}

/**
 * The 406 that the router answers when no media type fits, or the negotiator's when only the shape does not.
 * @param isRouted false: no router looks at the path
 */
export function notAcceptable(accept: string, isList: boolean, isRouted = true): StatusError {
  const offered = isList ? LIST_TYPES : OBJECT_TYPES;
  if (!isRouted || isRoutable(accept)) {
    return failure(406, 'NotAcceptable', `only the following media types are accepted: ${OBJECT_TYPES}`);
  }
  return notRoutable(offered);
}

/** @param offered media types of a path */
export const notRoutable = (offered: string): StatusError =>
  failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered}`, {});

const ROUTED: ReadonlySet<string> = new Set([
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  '*/*',
]);

/** Whether the router lets a request pass. */
export const isRoutable = (accept: string, offered = ROUTED): boolean =>
  accept.split(',').some((clause) => offered.has(parseClause(clause).type));

/** The 406 of a watch: YAML cannot be streamed. */
export const notStreamable = (): StatusError =>
  failure(406, 'NotAcceptable', `only the following media types are accepted: ${STREAM_TYPES}`);

/** `charset=utf-8`, or nothing. */
const isParameter = (text: string): boolean => /^\s*([^\s=]+=.+)?$/.test(text);

export type InputType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';

/** The media type of a request body. @throws {StatusError} UnsupportedMediaType */
export function inputType(contentType: string | undefined): InputType {
  const [name = '', ...parameters] = (contentType ?? '').split(';');
  const type = parameters.every(isParameter) ? name.trim().toLowerCase() : 'malformed';
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

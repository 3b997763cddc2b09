import { goQuote, type Status, StatusError } from '@tabernetes/apimachinery';

/** A request as far as a refusal tells of it. */
export interface Refused {
  readonly method: string;
  readonly path: string;
  /** The path came from the user as it is, and names nothing. */
  readonly isRaw: boolean;
  /** What the server said in place of a Status, if it was text. */
  readonly text: string | undefined;
}

/**
 * What client-go makes of an answer that is no Status.
 *
 * @see k8s.io/apimachinery/pkg/api/errors/errors.go (`NewGenericServerResponse`)
 */
export function genericRefusal(code: number, { method, path, isRaw, text }: Refused): StatusError {
  const said = text?.trim() ?? 'unknown';
  const [reason, why] = wordsFor(code, method, said);
  const { group, resource, name } = isRaw ? NOTHING : named(path);
  const what = [method.toLowerCase(), group === '' ? resource : `${resource}.${group}`, name].filter(Boolean).join(' ');
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: resource === '' ? why : `${why} (${what})`,
    ...(reason !== '' && { reason }),
    details: {
      ...(name !== '' && { name }),
      ...(group !== '' && { group }),
      ...(resource !== '' && { kind: resource }),
      causes: [{ reason: 'UnexpectedServerResponse', message: said }],
    },
    code,
  } as Status);
}

type Words = readonly [reason: string, message: string];

function wordsFor(code: number, method: string, said: string): Words {
  if (code === 403) return ['Forbidden', said];
  if (code === 409) return [method === 'POST' ? 'AlreadyExists' : 'Conflict', 'the server reported a conflict'];
  if (code === 406 && said !== '' && said !== 'unknown') return ['NotAcceptable', said];
  if (code === 415) return ['UnsupportedMediaType', said];
  const words = WORDS[code];
  if (words !== undefined) return words;
  if (code < 500) return ['', `the server responded with the status code ${code} but did not return more information`];
  return ['InternalError', `an error on the server (${goQuote(said)}) has prevented the request from succeeding`];
}

const WORDS: Readonly<Record<number, Words>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

const NOTHING = { group: '', resource: '', name: '' };

/** What a path is about; nothing where it is none of a resource, as that of a discovery document. */
function named(path: string): typeof NOTHING {
  const found =
    /^\/(?:api\/[^/]+|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/[^/]+(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?/u.exec(
      path,
    );
  const { group = '', resource = '', name = '' } = found?.groups ?? {};
  return { group, resource, name: decodeURIComponent(name) };
}

import { type ApiResponse, failure, methodNotAllowed, type StatusError } from '@tabernetes/apimachinery';
import type { TokenDiscovery } from '../token-issuer.ts';
import type { PathHandler } from './path-handler.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';

/**
 * Discovery of the issuer of ServiceAccount tokens, by which others check them without asking. Not there without an issuer.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export const openidPaths: PathHandler = {
  handle: ({ path, method, headers }, { tokens }) => {
    if (tokens === undefined || !(isAt(path, KEYS) || isAt(path, CONFIGURATION))) return undefined;
    if (method !== 'GET') throw methodNotAllowed();
    const type = isAt(path, KEYS) ? 'application/jwk-set+json' : 'application/json';
    if (!takes(headers['accept'], type)) throw notAcceptable(type);
    return answer(path, tokens.discovery);
  },
  paths: () => [CONFIGURATION, KEYS],
};

const isAt = (path: string, at: string): boolean => path === at || path === `${at}/`;

/** Whether a caller wants what is there; parameters of its wishes do not count. */
const takes = (accept: string | undefined, type: string): boolean =>
  accept === undefined ||
  accept === '' ||
  accept
    .split(',')
    .map((each) => each.split(';')[0]?.trim())
    .some((each) => each === '*/*' || each === type);

const notAcceptable = (type: string): StatusError =>
  failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${type}`, {});

async function answer(path: string, { issuer, keysUri, keys }: TokenDiscovery): Promise<ApiResponse> {
  if (isAt(path, KEYS)) return document('application/jwk-set+json', { keys: await keys() });
  return document('application/json', {
    issuer,
    jwks_uri: keysUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set((await keys()).map(({ alg }) => alg))],
  });
}

const document = (contentType: string, value: unknown): ApiResponse => ({
  status: 200,
  headers: { 'cache-control': 'public, max-age=3600' },
  body: { kind: 'text', contentType, text: JSON.stringify(value) },
});

import type { ApiResponse } from '@tabernetes/apimachinery';
import type { TokenDiscovery } from '../token-issuer.ts';
import type { PathHandler } from './path-handler.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';

/**
 * Discovery of the issuer of ServiceAccount tokens, by which others check them without asking. Not there without an issuer.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export const openidPaths: PathHandler = {
  handle: ({ path }, { tokens }) =>
    tokens !== undefined && (isAt(path, KEYS) || isAt(path, CONFIGURATION))
      ? answer(path, tokens.discovery)
      : undefined,
  paths: () => [CONFIGURATION, KEYS],
};

const isAt = (path: string, at: string): boolean => path === at || path === `${at}/`;

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

import type { ApiResponse } from '@tabernetes/apimachinery';
import type { PathHandler } from './path-handler.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';

/**
 * Discovery of the issuer of ServiceAccount tokens, by which others check them without asking. Not there without an issuer.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export const openidPaths: PathHandler = {
  handle({ path }, { tokens }) {
    if (tokens === undefined) return undefined;
    const { issuer, keysUri, keys } = tokens.discovery;
    if (path === KEYS || path === `${KEYS}/`) return document('application/jwk-set+json', { keys: keys() });
    if (path !== CONFIGURATION && path !== `${CONFIGURATION}/`) return undefined;
    return document('application/json', {
      issuer,
      jwks_uri: keysUri,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys().map(({ alg }) => alg))],
    });
  },
  paths: () => [CONFIGURATION, KEYS],
};

const document = (contentType: string, value: unknown): ApiResponse => ({
  status: 200,
  headers: { 'cache-control': 'public, max-age=3600' },
  body: { kind: 'text', contentType, text: JSON.stringify(value) },
});

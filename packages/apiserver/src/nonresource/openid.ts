import { API_AUDIENCE } from '../authentication.ts';
import type { PathHandler } from './path-handler.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';

/**
 * Discovery of the issuer of ServiceAccount tokens. Tokens are signed with a secret that only the server knows, so the
 * list of public keys is empty: whoever wants to check a token asks by TokenReview.
 */
export const openidPaths: PathHandler = {
  handle({ path }) {
    if (path === CONFIGURATION) return document('application/json', CONFIGURATION_DOCUMENT);
    return path === KEYS ? document('application/jwk-set+json', { keys: [] }) : undefined;
  },
  paths: () => [CONFIGURATION, KEYS],
};

const CONFIGURATION_DOCUMENT = {
  issuer: API_AUDIENCE,
  jwks_uri: `${API_AUDIENCE}${KEYS}`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['HS256'],
};

const document = (contentType: string, value: unknown) =>
  ({ status: 200, headers: {}, body: { kind: 'text', contentType, text: JSON.stringify(value) } }) as const;

import type { TokenClaims } from '@tabernetes/api';

/** Makes the tokens of ServiceAccounts. */
export interface TokenIssuer {
  issue(claims: TokenClaims): Promise<{ readonly token: string; readonly expirationTimestamp: string }>;
}

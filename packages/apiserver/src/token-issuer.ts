import type { TokenClaims } from '@tabernetes/api';
import type { PublicKey } from './signing-key.ts';

/** Makes the tokens of ServiceAccounts. */
export interface TokenIssuer {
  /** What strangers check tokens with. */
  readonly discovery: TokenDiscovery;
  /** Reading the token signs it, which takes a millisecond or two: most that are issued are never looked at. */
  issue(claims: TokenClaims): Promise<{ readonly token: string; readonly expirationTimestamp: string }>;
}

export interface TokenDiscovery {
  readonly issuer: string;
  /** Where the keys are served. */
  readonly keysUri: string;
  keys(): Promise<readonly PublicKey[]>;
}

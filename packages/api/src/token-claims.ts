/** What a token of a ServiceAccount says. */
export interface TokenClaims {
  readonly serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly boundObject?: {
    readonly kind: string;
    readonly apiVersion: string;
    readonly name: string;
    readonly uid: string;
  };
  /** Of the Pod that the token is bound to; without uid when the node is not there. */
  readonly node?: { readonly name: string; readonly uid: string };
}

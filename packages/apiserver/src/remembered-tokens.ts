import type { Clock } from '@tabernetes/base';
import type { TokenIdentity, TokenSource } from './authentication.ts';

/** So long a token that was good is not looked at again. */
const SUCCESS_TTL_MS = 10_000;

/**
 * A source that remembers what it has found good: for ten seconds a token is good even when its account or its Pod is gone. What
 * is no good is asked about each time.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/authentication/token/cache/cached_token_authenticator.go
 */
export function rememberedTokens(source: TokenSource, clock: Clock): TokenSource {
  /** In the order in which they are forgotten. */
  const good = new Map<string, { readonly untilMs: number; readonly identity: TokenIdentity }>();
  const forget = (): void => {
    const nowMs = clock.now();
    for (const [key, { untilMs }] of good) {
      if (nowMs < untilMs) return;
      good.delete(key);
    }
  };
  return {
    async lookup(token, audiences) {
      forget();
      const key = JSON.stringify([token, audiences]);
      const known = good.get(key);
      if (known !== undefined) return known.identity;
      const found = await source.lookup(token, audiences);
      if (found !== undefined && 'user' in found && !good.has(key))
        good.set(key, { untilMs: clock.now() + SUCCESS_TTL_MS, identity: found });
      return found;
    },
  };
}

import { virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import type { TokenIdentity, TokenSource } from './authentication.ts';
import { rememberedTokens } from './remembered-tokens.ts';

test('API-50 a token that was good is good for ten seconds, for the audiences that were asked for', async () => {
  const clock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
  const identity: TokenIdentity = { user: { name: 'bot', groups: [] }, audiences: ['a'] };
  const gone = { problem: 'gone' };
  let isThere = true;
  const source: TokenSource = { lookup: async () => (isThere ? identity : gone) };
  const { lookup } = rememberedTokens(source, clock);
  expect(await lookup('t', [])).toBe(identity);
  isThere = false;
  expect(await lookup('t', ['a'])).toBe(gone);
  expect(await lookup('u', [])).toBe(gone);
  await clock.advance(9_999);
  expect(await lookup('t', [])).toBe(identity);
  await clock.advance(1);
  expect(await lookup('t', [])).toBe(gone);
  isThere = true;
  expect(await lookup('u', [])).toBe(identity);
  clock.dispose();
});

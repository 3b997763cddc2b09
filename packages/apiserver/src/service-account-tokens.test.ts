import { p256 } from '@noble/curves/nist.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { KubeObject } from '@tabernetes/apimachinery';
import { seededRng, virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { expect, test } from 'vitest';
import { fromBase64url } from './base64url.ts';
import { storageKey } from './registry/keys.ts';
import { serviceAccountTokens } from './service-account-tokens.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const API = 'https://kubernetes.default.svc.cluster.local';

async function world() {
  const clock = virtualClock({ startMs: START_MS });
  const store = memoryStore<KubeObject>({ clock });
  const keyOf = (plural: string, name: string): string =>
    storageKey({ group: '', plural }, plural === 'nodes' ? '' : 'demo', name);
  const put = async (plural: string, name: string, value: object = {}): Promise<void> => {
    const object = { metadata: { name, namespace: 'demo', uid: `u-${name}` }, ...value } as KubeObject;
    await store.txn({ compare: [], success: [{ type: 'put', key: keyOf(plural, name), value: object }] });
  };
  const remove = async (plural: string, name: string): Promise<void> => {
    await store.txn({ compare: [], success: [{ type: 'delete', key: keyOf(plural, name) }] });
  };
  const tokens = serviceAccountTokens({ store, clock, rng: seededRng(1) }, { key: 'k' });
  await put('serviceaccounts', 'robot');
  const serviceAccount = { namespace: 'demo', name: 'robot', uid: 'u-robot' };
  const issue = async (more: object = {}, expirationSeconds = 3600): Promise<string> =>
    (await tokens.issue({ serviceAccount, audiences: [API], expirationSeconds, ...more })).token;
  /** The user's name, or why there is none. */
  const who = async (token: string, audiences: readonly string[] = []): Promise<string | undefined> => {
    const found = await tokens.lookup(token, audiences);
    return found && ('user' in found ? found.user.name : found.problem);
  };
  return { clock, put, remove, tokens, issue, who, serviceAccount };
}
const ROBOT = 'system:serviceaccount:demo:robot';
const partOf = (token: string, part: number) =>
  JSON.parse(new TextDecoder().decode(fromBase64url(token.split('.')[part] ?? ''))) as Record<string, unknown>;

test('API-59 anybody can check a token with the published keys, and the same seed gives the same token', async () => {
  const { tokens, issue } = await world();
  const token = await issue();
  const [key] = await tokens.discovery.keys();
  expect(partOf(token, 0)).toEqual({ alg: 'ES256', kid: key?.kid });
  const [head, claims, signature = ''] = token.split('.');
  const point = Uint8Array.of(4, ...(fromBase64url(key?.x ?? '') ?? []), ...(fromBase64url(key?.y ?? '') ?? []));
  const bytes = fromBase64url(signature) ?? new Uint8Array();
  expect(p256.verify(bytes, utf8ToBytes(`${head}.${claims}`), point, { prehash: true, lowS: false })).toBe(true);
  expect(await (await world()).issue()).toBe(token);
});

test('API-59 a token is good for its audience and until a minute after its time', async () => {
  const { clock, issue, who } = await world();
  const token = await issue({}, 600);
  expect(await who(token)).toBe(ROBOT);
  expect(await who(token, ['vault'])).toBe(`token audiences ["${API}"] is invalid for the target audiences ["vault"]`);
  await clock.advance(11 * MINUTE_MS);
  expect(await who(token)).toBe(ROBOT);
  await clock.advance(1000);
  expect(await who(token)).toBe('service account token has expired');
});

test('API-59 a token that is bound goes with what it is bound to', async () => {
  const { put, remove, issue, who } = await world();
  for (const [plural, kind] of [
    ['pods', 'Pod'],
    ['secrets', 'Secret'],
    ['nodes', 'Node'],
  ] as const) {
    await put(plural, 'b');
    const token = await issue({ boundObject: { kind, apiVersion: 'v1', name: 'b', uid: 'u-b' } });
    expect(await who(token)).toBe(ROBOT);
    await put(plural, 'b', { metadata: { name: 'b', uid: 'u-other' } });
    expect(await who(token)).toContain('UID (u-other) does not match');
    await remove(plural, 'b');
    expect(await who(token)).toBe('service account token has been invalidated');
  }
});

test('API-59 the token of a Pod tells its node, and the usual one works on for a year', async () => {
  const { clock, put, tokens, issue, who, serviceAccount } = await world();
  await put('pods', 'p');
  const bound = {
    boundObject: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u-p' },
    node: { name: 'node-1', uid: 'u-1' },
  };
  const issued = await tokens.issue({ serviceAccount, audiences: [API], expirationSeconds: 3607, ...bound });
  expect(issued.expirationTimestamp).toBe('2026-01-01T01:00:07Z');
  const seconds = START_MS / 1000;
  expect(partOf(issued.token, 1)).toMatchObject({
    exp: seconds + 365 * 24 * 3600,
    'kubernetes.io': {
      node: bound.node,
      pod: { name: 'p', uid: 'u-p' },
      serviceaccount: { name: 'robot', uid: 'u-robot' },
      warnafter: seconds + 3607,
    },
  });
  const short = await issue(bound, 3600);
  await clock.advance(24 * 60 * MINUTE_MS);
  expect([await who(issued.token), await who(short)]).toEqual([ROBOT, 'service account token has expired']);
  expect(await tokens.lookup(issued.token, [])).toMatchObject({
    user: {
      extra: {
        'authentication.kubernetes.io/node-name': ['node-1'],
        'authentication.kubernetes.io/pod-uid': ['u-p'],
      },
    },
  });
});

test('API-59 what is forged, or nobody’s, is nobody', async () => {
  const { issue, who } = await world();
  const token = await issue();
  const [head = '', claims = '', signature = ''] = token.split('.');
  const none = btoa('{"alg":"none"}').replace(/=+$/, '');
  expect(await who(`${none}.${claims}.`)).toBe('square/go-jose: error in cryptographic primitive');
  expect(await who(`${head}.${claims}.${signature.slice(0, -4)}`)).toBe(
    'square/go-jose: error in cryptographic primitive',
  );
  const other = btoa(JSON.stringify({ ...partOf(token, 1), sub: 'system:masters' })).replace(/=+$/, '');
  expect(await who(`${head}.${other}.${signature}`)).toBe('square/go-jose: error in cryptographic primitive');
  for (const nonsense of ['', 'x', 'a.b.c', `${head}.${claims}`, `${token}.x`, '..', 'é.é.é']) {
    expect(await who(nonsense)).toBeUndefined();
  }
});

test('API-50 a token in a Secret is good while the Secret holds it and its ServiceAccount is there', async () => {
  const { put, tokens, who, serviceAccount } = await world();
  const token = await tokens.issueLegacy(serviceAccount, 'robot-token');
  await put('secrets', 'robot-token', { data: { token: btoa(token) } });
  expect(await tokens.lookup(token, [])).toEqual({
    audiences: [API],
    user: {
      name: ROBOT,
      uid: 'u-robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:demo', 'system:authenticated'],
    },
  });
  expect(await who(token, ['elsewhere'])).toContain('is invalid for the target audiences');
  await put('secrets', 'robot-token', { data: { token: btoa('another') } });
  expect(await who(token)).toBe("service account token does not match server's copy");
  await put('secrets', 'robot-token', { data: { token: btoa(token) } });
  await put('serviceaccounts', 'robot', { metadata: { name: 'robot', uid: 'u2' } });
  expect(await who(token)).toBe('service account UID (u2) does not match claim (u-robot)');
});

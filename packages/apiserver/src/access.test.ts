import { defineKind, kinds, schemaOf } from '@tabernetes/api';
import type { SelfSubjectReview } from '@tabernetes/api/types/authentication-v1';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import { joinRepeatedHeader, type KubeObject, type UserInfo } from '@tabernetes/apimachinery';
import { seededRng, virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type AdmissionPlugin,
  admissionForbidden,
  serviceAccountTokens,
  staticTokens,
  tokenAuthenticator,
} from './index.ts';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/default/configmaps';
const ALICE: UserInfo = { name: 'alice', groups: ['developers'] };

describe('access', () => {
  let api: TestApiServer;
  afterEach(() => api.dispose());

  test('API-50 tokens of ServiceAccounts name them, until they are gone', async () => {
    const clock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
    const store = memoryStore<KubeObject>({ clock });
    const tokens = serviceAccountTokens({ store, clock, rng: seededRng(2) }, { key: 'secret' });
    const authenticator = tokenAuthenticator([staticTokens({ alicetoken: ALICE }), tokens]);
    api = await testApiServer({ deps: { store, tokens, authenticator } });
    const { object } = await api.send('POST', '/api/v1/namespaces/default/serviceaccounts', {
      metadata: { name: 'bot' },
    });
    const requested = await api.send<{ status: { token: string; expirationTimestamp: string } }>(
      'POST',
      '/api/v1/namespaces/default/serviceaccounts/bot/token',
      { spec: {} },
    );
    const { token, expirationTimestamp } = requested.object.status;
    expect([requested.status, expirationTimestamp]).toEqual([201, '2025-01-01T01:00:00Z']);
    expect(await tokens.lookup(token, [])).toMatchObject({
      user: {
        name: 'system:serviceaccount:default:bot',
        uid: object.metadata.uid,
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
    });
    const listed = await api.send('GET', CM, undefined, { user: null, headers: { authorization: `Bearer ${token}` } });
    expect(listed.refusal.message).toBe(
      'configmaps is forbidden: User "system:serviceaccount:default:bot" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    expect(await tokens.lookup(`${token}x`, [])).toEqual({
      problem: 'square/go-jose: error in cryptographic primitive',
    });
    await api.send('DELETE', '/api/v1/namespaces/default/serviceaccounts/bot');
    expect(await tokens.lookup(token, [])).toEqual({ problem: 'serviceaccounts "bot" not found' });
    clock.dispose();
  });

  test('API-50 health and version are open to all, discovery to all who are known', async () => {
    api = await testApiServer();
    const statusOf = async (path: string, headers: Record<string, string>) =>
      (await api.send('GET', path, undefined, { user: null, headers })).status;
    expect([
      await statusOf('/healthz', {}),
      await statusOf('/version', {}),
      await statusOf('/api', {}),
      await statusOf('/api', { authorization: 'Bearer admintoken' }),
    ]).toEqual([200, 200, 403, 200]);
    const { refusal } = await api.send('GET', '/', undefined, { user: null });
    expect(refusal).toMatchObject({ message: 'forbidden: User "system:anonymous" cannot get path "/"', details: {} });
  });

  test('API-10 browsers are told not to guess what a refusal for want of rights is', async () => {
    api = await testApiServer();
    const headers = async (path: string, user: UserInfo) =>
      (await api.server.request({ method: 'GET', path, query: {}, headers: {}, user })).headers;
    expect(await headers(CM, ALICE)).toEqual({ 'x-content-type-options': 'nosniff' });
    expect(await headers(`${CM}/none`, { name: 'admin', groups: ['system:masters'] })).toEqual({});
  });

  test('API-51 who may impersonate acts as another', async () => {
    api = await testApiServer();
    const as = (headers: Record<string, string>, user?: UserInfo) =>
      api.send('GET', CM, undefined, { headers, ...(user && { user }) });
    expect((await as({ 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' })).status).toBe(200);
    expect((await as({ 'impersonate-user': 'bob' })).refusal.message).toBe(
      'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    expect((await as({ 'impersonate-user': 'bob' }, ALICE)).refusal.message).toBe(
      'users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    const nobody = await as({ 'impersonate-group': 'x', 'impersonate-extra-a%2fb': 'v' });
    expect([nobody.status, nobody.object]).toEqual([
      500,
      `Internal Server Error: "${CM}": requested [{Group  x    } {UserExtra  v  authentication.k8s.io/v1  a/b}] without impersonating a user\n`,
    ]);
  });

  test('API-51 a comma is part of the name of a group, and each value of a header that is repeated counts', async () => {
    api = await testApiServer();
    const groups = async (headers: Headers): Promise<readonly string[]> => {
      headers.set('impersonate-user', 'j\u00c3\u00b6rg');
      headers.set('content-type', 'application/json');
      headers.set('authorization', 'Bearer admintoken');
      const url = 'https://cluster/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
      const answer = await api.server.fetch(new Request(url, { method: 'POST', headers, body }));
      const { status } = (await answer.json()) as SelfSubjectReview;
      expect(status?.userInfo?.username).toBe('jörg');
      return status?.userInfo?.groups ?? [];
    };
    const repeated = new Headers();
    repeated.append('impersonate-group', 'a,b');
    repeated.append('impersonate-group', 'c');
    expect(await groups(repeated)).toEqual(['a,b', 'c', 'system:authenticated']);
    const joined = new Headers({ 'impersonate-group': joinRepeatedHeader(['a, b', 'c']) });
    expect(await groups(joined)).toEqual(['a, b', 'c', 'system:authenticated']);
  });

  test('API-52 plugins change drafts in order, then look at the result', async () => {
    const seen: string[] = [];
    const plugin = (name: string): AdmissionPlugin => ({
      name,
      operations: ['CREATE'],
      admit({ draft, kind }) {
        if (kind.kind !== 'ConfigMap' || draft === undefined) return;
        seen.push(`admit ${name}`);
        draft.metadata.labels = { ...draft.metadata.labels, [name]: 'was-here' };
      },
      validate(attributes) {
        if (attributes.kind.kind !== 'ConfigMap') return;
        seen.push(`validate ${name} ${Object.isFrozen(attributes.object)}`);
        attributes.warn(`${name} has looked`);
        if (attributes.object?.metadata.name === 'bad') throw admissionForbidden(attributes, 'because');
      },
    });
    api = await testApiServer({ deps: { admission: [plugin('a'), plugin('b')] } });
    const created = await api.send('POST', CM, { metadata: { name: 'x' } });
    expect(created.object.metadata.labels).toEqual({ a: 'was-here', b: 'was-here' });
    expect(seen).toEqual(['admit a', 'admit b', 'validate a true', 'validate b true']);
    expect(created.warnings).toEqual(['a has looked', 'b has looked']);
    const bad = await api.send('POST', CM, { metadata: { name: 'bad' } });
    expect([bad.refusal.message, bad.warnings]).toEqual(['configmaps "bad" is forbidden: because', ['a has looked']]);
  });

  test('API-3 kinds come and go at run time', async () => {
    api = await testApiServer();
    const thing = defineKind<ConfigMap>({
      ...kinds.configMap,
      group: 'example.com',
      kind: 'Thing',
      plural: 'things',
      singular: 'thing',
    });
    const path = '/apis/example.com/v1/namespaces/default/things';
    expect((await api.send('GET', path)).object).toBe('404 page not found\n');
    api.server.kinds.add(thing as never);
    const created = await api.send('POST', path, { metadata: { name: 'a' }, data: { x: 'y' } });
    expect([created.status, created.object.apiVersion, created.object.kind]).toEqual([201, 'example.com/v1', 'Thing']);
    const watch = await api.watch(`${path}?watch=1`);
    api.server.kinds.remove(thing);
    expect(watch.ended).toBe(true);
    expect((await api.send('GET', path)).status).toBe(404);
  });

  test('API-2 what nobody meant to throw is a 500, and is reported', async () => {
    const reported: unknown[] = [];
    const broken: AdmissionPlugin = {
      name: 'Broken',
      admit({ draft }) {
        if (draft?.metadata.name === 'x') throw new TypeError('oops');
      },
    };
    api = await testApiServer({ deps: { admission: [broken] }, onError: (error) => reported.push(error) });
    const { refusal } = await api.send('POST', CM, { metadata: { name: 'x' } });
    expect(refusal).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Internal error occurred: oops',
      reason: 'InternalError',
      details: { causes: [{ message: 'oops' }] },
      code: 500,
    });
    expect(reported).toEqual([new TypeError('oops')]);
    expect((await api.send('POST', CM, { metadata: { name: 'y' } })).status).toBe(201);
  });

  test('API-53 virtual kinds answer and store nothing', async () => {
    const review = defineKind({
      group: 'authorization.k8s.io',
      version: 'v1',
      kind: 'SubjectAccessReview',
      plural: 'subjectaccessreviews',
      singular: 'subjectaccessreview',
      namespaced: false,
      schema: schemaOf('io.k8s.api.authorization.v1.SubjectAccessReview'),
      columns: [],
      virtual: {
        async create(object, services, { user }) {
          const resource = { group: '', version: 'v1', resource: 'pods', subresource: '', namespace: '', name: '' };
          const { allowed } = await services.authorize({ user, verb: 'get', path: '', resource });
          return { ...object, status: { allowed } } as KubeObject;
        },
      },
    });
    api = await testApiServer({ kinds: [kinds.namespace as never, review] });
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const { revision } = await api.store.status();
    const answered = await api.send('POST', path, { spec: { user: 'x' } });
    expect([answered.status, answered.object]).toEqual([
      201,
      {
        kind: 'SubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: {
          creationTimestamp: null,
          managedFields: [expect.objectContaining({ operation: 'Update', fieldsV1: { 'f:spec': { 'f:user': {} } } })],
        },
        spec: { user: 'x' },
        status: { allowed: true },
      },
    ]);
    expect((await api.store.status()).revision).toBe(revision);
    expect((await api.send('GET', path)).status).toBe(405);
  });
});

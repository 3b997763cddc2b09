import type { KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { AccessAttributes, KindDefinition, VirtualServices } from '../kind.ts';
import { NOW, testContext } from '../testing/index.ts';
import { localSubjectAccessReview } from './local-subject-access-review.ts';
import { selfSubjectAccessReview } from './self-subject-access-review.ts';
import { selfSubjectReview } from './self-subject-review.ts';
import { selfSubjectRulesReview } from './self-subject-rules-review.ts';
import { subjectAccessReview } from './subject-access-review.ts';
import { tokenReview } from './token-review.ts';

const unexpected = (): never => {
  throw new Error('not asked for');
};

/** Jane may get Pods in `a`; her token is `jane`. */
function services() {
  const asked: AccessAttributes[] = [];
  const lent: VirtualServices = {
    authorize: async (attributes) => {
      asked.push(attributes);
      const { user, verb, resource } = attributes;
      const allowed = user.name === 'jane' && verb === 'get' && resource?.namespace === 'a';
      return { allowed, reason: allowed ? 'because' : '' };
    },
    rulesFor: async (_user, namespace) => ({
      resourceRules: [{ verbs: ['get'], resources: [namespace] }],
      nonResourceRules: [],
      incomplete: true,
      evaluationError: 'who knows',
    }),
    authenticate: async (token, audiences) =>
      token === 'jane' ? { user: { name: 'jane', groups: ['devs'] }, audiences } : undefined,
    list: unexpected,
    parent: unexpected,
  };
  return { asked, lent };
}

const context = testContext({ user: { name: 'jane', groups: ['devs'], uid: '7', extra: { a: ['b'] } } });

async function post<T extends KubeObject>(kind: KindDefinition<T>, spec: object | undefined, metadata = {}) {
  const { asked, lent } = services();
  const body = { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata, spec };
  const answer = await kind.virtual?.create?.(body as unknown as T, lent, context);
  return { asked, answer: answer as T & { readonly status?: unknown; readonly spec?: unknown } };
}

const getPods = (namespace: string) => ({ resourceAttributes: { verb: 'get', resource: 'pods', namespace } });

describe('reviews', () => {
  test('KND-17 ask the authorizer about the asker, or about anybody', async () => {
    const self = await post(selfSubjectAccessReview, getPods('a'));
    expect(self.answer.status).toEqual({ allowed: true, reason: 'because' });
    expect(self.asked).toEqual([
      {
        user: context.user,
        verb: 'get',
        resource: { group: '', version: '*', resource: 'pods', subresource: '', namespace: 'a', name: '' },
        path: '',
      },
    ]);
    const other = await post(subjectAccessReview, { ...getPods('a'), user: 'joe', groups: ['ops'] });
    expect(other.answer.status).toEqual({ allowed: false });
    expect(other.asked[0]?.user).toEqual({ name: 'joe', groups: ['ops'] });
    const path = await post(selfSubjectAccessReview, { nonResourceAttributes: { path: '/livez', verb: 'get' } });
    expect(path.asked[0]).toMatchObject({ verb: 'get', path: '/livez' });
    const local = await post(localSubjectAccessReview, { ...getPods('a'), user: 'jane' }, { namespace: 'a' });
    expect(local.answer.status).toMatchObject({ allowed: true });
  });

  test.each([
    [
      {},
      {},
      'spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes',
    ],
    [
      { ...getPods('a'), nonResourceAttributes: { path: '/', verb: 'get' } },
      {},
      'authorization.NonResourceAttributes{Path:"/", Verb:"get"}: cannot be specified in combination',
    ],
    [getPods('a'), { name: 'x' }, 'metadata: Invalid value: v1.ObjectMeta{Name:"x"'],
    [
      { resourceAttributes: { fieldSelector: {} } },
      {},
      'spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified',
    ],
    [
      { resourceAttributes: { labelSelector: { rawSelector: 'a', requirements: [{ key: 'a', operator: 'New' }] } } },
      {},
      'rawSelector: Invalid value: "a": may not specified at the same time as requirements',
    ],
  ])('KND-17 refuse %j with %j', async (spec, metadata, text) => {
    await expect(post(selfSubjectAccessReview, spec, metadata)).rejects.toThrow(text);
    await expect(post(selfSubjectAccessReview, spec, metadata)).rejects.toThrow(
      '.authorization.k8s.io "" is invalid: ',
    );
  });

  test('KND-17 somebody must be asked about; in a namespace only about that', async () => {
    await expect(post(subjectAccessReview, getPods('a'))).rejects.toThrow('at least one of user or group');
    await expect(post(localSubjectAccessReview, { ...getPods('b'), user: 'x' }, { namespace: 'a' })).rejects.toThrow(
      'spec.resourceAttributes.namespace: Invalid value: "b": must match metadata.namespace',
    );
  });

  test('KND-17 list rules, without the question', async () => {
    const { answer } = await post(selfSubjectRulesReview, { namespace: 'a' });
    expect(answer).toMatchObject({
      spec: {},
      status: { resourceRules: [{ verbs: ['get'], resources: ['a'] }], incomplete: true, evaluationError: 'who knows' },
    });
    await expect(post(selfSubjectRulesReview, {})).rejects.toThrow('no namespace on request');
  });

  test('KND-17 tell who one is, and whose a token is', async () => {
    const self = await post(selfSubjectReview, undefined);
    expect(self.answer).toMatchObject({
      metadata: { creationTimestamp: NOW },
      status: { userInfo: { username: 'jane', groups: ['devs'], uid: '7', extra: { a: ['b'] } } },
    });
    const known = await post(tokenReview, { token: 'jane', audiences: ['vault'] });
    expect(known.answer.status).toEqual({
      authenticated: true,
      user: { username: 'jane', groups: ['devs'] },
      audiences: ['vault'],
    });
    expect((await post(tokenReview, { token: 'joe' })).answer.status).toEqual({ error: 'invalid bearer token' });
    await expect(post(tokenReview, {})).rejects.toThrow('token is required for TokenReview in authentication');
  });
});

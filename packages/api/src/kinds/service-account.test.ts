import type { KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { TokenRequest, TokenRequestSpec } from '../generated/authentication-v1.ts';
import type { ServiceAccount } from '../generated/core-v1.ts';
import type { TokenClaims } from '../kind.ts';
import { FakeParent, makePod, NOW, testContext } from '../testing/index.ts';
import { serviceAccount as kind } from './service-account.ts';

const account: ServiceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot', namespace: 'default', uid: 'u-robot' },
};
const ofRobot: KubeObject = makePod({ serviceAccountName: 'robot' });
const ofOther: KubeObject = { ...makePod(), metadata: { name: 'other', namespace: 'default', uid: 'u2' } };

class Issuer extends FakeParent<ServiceAccount> {
  claims: TokenClaims | undefined;

  override issueToken = async (claims: TokenClaims) => {
    this.claims = claims;
    return { token: 'jwt', expirationTimestamp: NOW };
  };
}

async function ask(spec: Partial<TokenRequestSpec>, metadata = {}) {
  const parent = new Issuer(account, [ofRobot, ofOther]);
  const token = kind.subresources?.find(({ name }) => name === 'token');
  if (token?.type !== 'create') throw new Error('no token');
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec };
  const answer = (await token.create(request, parent, testContext())) as TokenRequest;
  return { answer, claims: parent.claims };
}

const bound = (fields: object = {}) => ({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', ...fields } });

describe('token requests', () => {
  test('KND-9 a token is for the API server and for an hour, unless asked otherwise', async () => {
    const { answer, claims } = await ask({});
    expect(claims).toEqual({
      serviceAccount: { namespace: 'default', name: 'robot', uid: 'u-robot' },
      audiences: ['https://kubernetes.default.svc.cluster.local'],
      expirationSeconds: 3600,
    });
    expect(answer.status).toEqual({ token: 'jwt', expirationTimestamp: NOW });
    expect(answer.metadata).toMatchObject({ name: 'robot', namespace: 'default' });
    const other = await ask({ audiences: ['vault'], expirationSeconds: 600 });
    expect(other.claims).toMatchObject({ audiences: ['vault'], expirationSeconds: 600 });
  });

  test('KND-9 ten minutes is the least', async () => {
    await expect(ask({ expirationSeconds: 599 })).rejects.toThrow(
      'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    );
  });

  test('KND-9 a token may live as long as a Pod of the account', async () => {
    const { claims } = await ask(bound());
    expect(claims?.boundObject).toEqual({ kind: 'Pod', apiVersion: 'v1', name: 'web', uid: 'u1' });
    await expect(ask(bound({ name: 'other' }))).rejects.toThrow('different serviceaccount name');
    await expect(ask(bound({ name: 'gone' }))).rejects.toThrow('pods "gone" not found');
    await expect(ask(bound({ uid: 'old' }))).rejects.toThrow('does not match the UID in record');
    await expect(ask(bound({ kind: 'Job', apiVersion: 'batch/v1' }))).rejects.toThrow(
      'cannot bind token to object of type batch/v1, Kind=Job',
    );
  });

  test('KND-9 a name must be that of the account', async () => {
    await expect(ask({}, { name: 'other' })).rejects.toThrow('must match the service account name if specified');
  });
});

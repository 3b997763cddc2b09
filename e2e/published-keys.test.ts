import { createCluster } from '@tabernetes/cluster';
import { expect, test } from 'vitest';
import { ask } from './ask.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));

test('tokens of ServiceAccounts are good by the keys that the issuer publishes', async () => {
  const cluster = await createCluster({ nodes: 0, clock: 'virtual' });
  const { object: configuration } = await ask(cluster, 'GET', '/.well-known/openid-configuration');
  expect(configuration['issuer']).toBe('https://kubernetes.default.svc.cluster.local');
  const keysPath = new URL(String(configuration['jwks_uri'])).pathname;
  const { object: set } = await ask(cluster, 'GET', keysPath);
  const [key] = set['keys'] as readonly (JsonWebKey & { readonly kid: string })[];
  const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['shop'] } };
  const { object } = await ask(cluster, 'POST', path, body);
  const [head = '', claims = '', signature = ''] = (object['status'] as { readonly token: string }).token.split('.');
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ alg: 'ES256', kid: key?.kid });
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    iss: configuration['issuer'],
    aud: ['shop'],
    sub: 'system:serviceaccount:default:default',
  });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('jwk', key as JsonWebKey, algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(`${head}.${claims}`);
  expect(await crypto.subtle.verify(algorithm, imported, bytes(signature), signed)).toBe(true);
  await cluster.stop();
});

test('custom resources are found by the fields that their definition selects by', async () => {
  const cluster = await createCluster({ nodes: 0, clock: 'virtual' });
  const text = { type: 'string' };
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties: { color: text } } } };
  await ask(cluster, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'cats.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'cats', kind: 'Cat' },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } },
          selectableFields: [{ jsonPath: '.spec.color' }],
        },
      ],
    },
  });
  for (const name of ['red', 'blue']) {
    const cat = { apiVersion: 'example.com/v1', kind: 'Cat', metadata: { name }, spec: { color: name } };
    await ask(cluster, 'POST', '/apis/example.com/v1/namespaces/default/cats', cat);
  }
  const found = await ask(cluster, 'GET', '/apis/example.com/v1/cats?fieldSelector=spec.color%3Dred');
  expect(found.object['items']).toMatchObject([{ metadata: { name: 'red' } }]);
  const other = await ask(cluster, 'GET', '/apis/example.com/v1/cats?fieldSelector=spec.size%3D1');
  expect([other.code, other.object.message]).toEqual([400, 'field label not supported: spec.size']);
  await cluster.stop();
});

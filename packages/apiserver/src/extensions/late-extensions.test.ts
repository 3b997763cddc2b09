import type { CustomResourceDefinition } from '@tabernetes/api/types/apiextensions-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer, settled } from '../testing/extended-api-server.ts';

let api: ExtendedApiServer;
beforeEach(async () => {
  api = await extendedApiServer();
});
afterEach(() => api.dispose());

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';

test('EXT-1 the first policy of a server counts as soon as its binding is written', async () => {
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'small' },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      },
      validations: [{ expression: "object.metadata.name != 'refused'" }],
    },
  };
  expect((await api.send('POST', POLICIES, policy)).status).toBe(201);
  await settled();
  const spec = { policyName: 'small', validationActions: ['Deny'] };
  const binding = { apiVersion: policy.apiVersion, kind: `${policy.kind}Binding`, metadata: { name: 'small' }, spec };
  expect((await api.send('POST', BINDINGS, binding)).status).toBe(201);
  const send = (name: string) =>
    api.send('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
    });
  expect([(await send('refused')).status, (await send('taken')).status]).toEqual([422, 201]);
});

test('EXT-2 kinds of the first definition of a server are served, and watches of definitions go on', async () => {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  expect((await api.send<{ items: unknown[] }>('GET', path)).object.items).toEqual([]);
  // Whoever hears that a kind is established may ask for its objects at once.
  const asked: Promise<{ status: number }>[] = [];
  api.store.watch({
    prefix: '/registry/apiextensions.k8s.io/customresourcedefinitions/',
    onEvents: (events) => {
      const status = events.map(({ kv }) => (kv.value as CustomResourceDefinition).status)[0];
      const isEstablished = status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True');
      if (isEstablished) asked.push(api.send('GET', '/apis/example.com/v1/things'));
    },
  });
  expect((await api.send('POST', path, crd)).status).toBe(201);
  await settled(200);
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200]);
  const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'one' } };
  const made = await api.send<KubeObject>('POST', '/apis/example.com/v1/namespaces/default/things', thing);
  expect([made.status, made.object.metadata.name]).toEqual([201, 'one']);
  await api.send('DELETE', `${path}/things.example.com`);
  const { object } = await api.send<KubeObject>('GET', `${path}/things.example.com`);
  expect(object.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
});

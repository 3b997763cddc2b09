import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/default/configmaps/a';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases/a';
const APPLY = { headers: { 'content-type': 'application/apply-patch+yaml' } };

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer();
});
afterEach(() => api.dispose());

const apply = (metadata: object, query = '') =>
  api.send(
    'PATCH',
    `${CM}?fieldManager=me${query}`,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata } },
    APPLY,
  );
const put = (path: string, metadata: object) => api.send('PUT', path, { metadata: { name: 'a', ...metadata } });

describe('what is not there', () => {
  test('API-35 is not applied with a uid', async () => {
    for (const query of ['', '&dryRun=All']) {
      expect((await apply({ uid: 'u1' }, query)).refusal).toMatchObject({
        code: 409,
        message:
          'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid u1, and no existing object was found',
      });
    }
  });

  test('API-35 is created through the status of a Service, without what only its own path hands out', async () => {
    const path = '/api/v1/namespaces/default/services/a/status';
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } };
    expect((await api.send('PUT', `${path}?dryRun=All`, { ...service, spec: {} })).refusal.code).toBe(422);
    const { status, object } = await api.send<{ spec: object }>('PATCH', `${path}?fieldManager=me`, service, APPLY);
    expect(status).toBe(201);
    expect(object.spec).not.toHaveProperty('clusterIP');
    expect(
      (await api.send('PUT', '/api/v1/namespaces/default/pods/a/status', { metadata: { name: 'a' } })).status,
    ).toBe(404);
  });

  test('API-35 is created through the status of a ValidatingAdmissionPolicy by those who apply', async () => {
    const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/a/status';
    const policy = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'a' },
    };
    expect((await api.send('PUT', path, policy)).refusal.code).toBe(404);
    expect((await api.send('PATCH', `${path}?fieldManager=me`, policy, APPLY)).refusal.message).toContain(
      'spec.matchConstraints: Required value',
    );
  });

  test('API-16 wraps integers that are too large where it is applied', async () => {
    const spec = { replicas: 2_147_483_648, selector: { matchLabels: { a: 'b' } }, template: {} };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec };
    const path = '/apis/apps/v1/namespaces/default/deployments/a?fieldManager=me';
    const { refusal } = await api.send('PATCH', path, deployment, APPLY);
    expect(refusal.details?.causes).toContainEqual({
      reason: 'FieldValueInvalid',
      message: 'Invalid value: -2147483648: must be greater than or equal to 0',
      field: 'spec.replicas',
    });
  });

  test('API-16 is not applied where bytes are no base64', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: '###' } };
    const path = '/api/v1/namespaces/default/secrets/a?fieldManager=me';
    expect((await api.send('PATCH', path, secret, APPLY)).refusal.message).toMatch(
      / to \/v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0$/,
    );
  });

  test('API-35 is applied with a resourceVersion, and with what is otherwise the server’s', async () => {
    const { status, object } = await apply({
      resourceVersion: '5',
      deletionTimestamp: '2025-01-01T00:00:00Z',
      selfLink: 'x',
    });
    expect(status).toBe(201);
    expect(object.metadata.resourceVersion).not.toBe('5');
    expect(object.metadata.deletionTimestamp).toBe('2025-01-01T00:00:00Z');
    expect(object.metadata).not.toHaveProperty('selfLink');
  });

  test('API-14 is another object than one with a uid, whether an update may create it or not', async () => {
    for (const path of [CM, LEASE]) {
      expect((await put(path, { uid: 'u1' })).refusal).toMatchObject({
        code: 409,
        message: expect.stringMatching(/Precondition failed: UID in precondition: u1, UID in object meta: $/),
      });
      expect((await put(path, {})).status).toBe(path === LEASE ? 201 : 404);
    }
  });
});

test('API-14 a resourceVersion is an unsigned number of 64 bits', async () => {
  const problems = {
    abc: 'invalid syntax',
    '-1': 'invalid syntax',
    '99999999999999999999999': 'value out of range',
  };
  const ask = async (expected: number) => {
    for (const [resourceVersion, why] of Object.entries(problems)) {
      expect((await put(LEASE, { resourceVersion })).refusal).toMatchObject({
        code: 500,
        message: `strconv.ParseUint: parsing "${resourceVersion}": ${why}`,
      });
    }
    expect((await put(LEASE, { resourceVersion: '9999999999999999999' })).status).toBe(expected);
  };
  await ask(201);
  await ask(409);
});

test('API-31 a dry run of a Binding binds nothing', async () => {
  const pods = '/api/v1/namespaces/default/pods';
  await api.send('POST', pods, { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', image: 'x' }] } });
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Node', name: 'n' } };
  for (const path of ['/api/v1/namespaces/default/bindings', `${pods}/a/binding`]) {
    expect((await api.send('POST', `${path}?dryRun=All`, binding)).status).toBe(201);
    expect((await api.send<{ spec: object }>('GET', `${pods}/a`)).object.spec).not.toHaveProperty('nodeName');
  }
});

import type { APIService } from '@tabernetes/api/types/apiregistration-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer, settled } from '../testing/index.ts';

const APISERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const AGGREGATED = { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' } };

let api: ExtendedApiServer;
let seen: { url: string; user: string | null; groups: string | null; body: string }[];
let isUp: boolean;

beforeEach(async () => {
  seen = [];
  isUp = true;
  api = await extendedApiServer(async (request) => {
    if (!isUp) throw new Error('dial tcp 10.96.0.80:443: connect: connection refused');
    const { headers, url } = request;
    seen.push({
      url,
      user: headers.get('x-remote-user'),
      groups: headers.get('x-remote-group'),
      body: await request.text(),
    });
    const resources = [
      { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get', 'list'] },
    ];
    if (url.endsWith('/apis/things.example.com/v1')) return Response.json({ kind: 'APIResourceList', resources });
    return Response.json({ kind: 'ThingList', apiVersion: 'things.example.com/v1', items: [] });
  });
});
afterEach(() => api.dispose());

async function register(): Promise<void> {
  await api.send('POST', APISERVICES, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.things.example.com' },
    spec: {
      group: 'things.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: 'things', namespace: 'default' },
    },
  });
  await settled(300);
}

async function serve(): Promise<void> {
  const metadata = { name: 'things' };
  const spec = { clusterIP: '10.96.0.80', ports: [{ port: 443 }] };
  await api.send('POST', '/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata, spec });
  const subsets = [{ addresses: [{ ip: '10.244.0.5' }], ports: [{ port: 8443 }] }];
  await api.send('POST', '/api/v1/namespaces/default/endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets,
  });
  await settled(300);
}

async function condition(): Promise<string> {
  const { object } = await api.send<APIService>('GET', `${APISERVICES}/v1.things.example.com`);
  return (object.status?.conditions ?? [])
    .map(({ status, reason, message }) => `${status} ${reason}: ${message}`)
    .join();
}

const groupsOf = async (): Promise<
  readonly { metadata: { name: string }; versions: readonly { freshness: string; resources?: readonly unknown[] }[] }[]
> => (await api.send<{ items: never }>('GET', '/apis', undefined, AGGREGATED)).object.items;

describe('APIServices', () => {
  test('AGG-1 every group and version of the server has one, and custom resources get theirs', async () => {
    const { object } = await api.send<{ items: readonly KubeObject[] }>('GET', APISERVICES);
    expect(object.items.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['v1.', 'v1.apps', 'v2.autoscaling', 'v1.rbac.authorization.k8s.io']),
    );
    expect(object.items).toHaveLength(20);
  });

  test('AGG-1 those of the server itself are made once, those of custom resources come back as they were', async () => {
    await api.send('DELETE', `${APISERVICES}/v1.apps`);
    await settled();
    expect((await api.send('GET', `${APISERVICES}/v1.apps`)).status).toBe(404);

    const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }];
    const names = { plural: 'crontabs', kind: 'CronTab' };
    const spec = { group: 'stable.example.com', scope: 'Namespaced', names, versions };
    const metadata = { name: 'crontabs.stable.example.com' };
    await api.send('POST', CRDS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata,
      spec,
    });
    await settled();
    const path = `${APISERVICES}/v1.stable.example.com`;
    const { object } = await api.send<APIService>('GET', path);
    await api.send('PUT', path, { ...object, spec: { ...object.spec, versionPriority: 7 } });
    await settled();
    expect((await api.send<APIService>('GET', path)).object.spec).toEqual(object.spec);
    await api.send('DELETE', path);
    await settled();
    expect((await api.send<APIService>('GET', path)).object.spec).toEqual(object.spec);
  });

  test('AGG-2 the condition says why another server cannot be reached', async () => {
    await register();
    expect(await condition()).toBe('False ServiceNotFound: service/things in "default" is not present');
    isUp = false;
    await serve();
    expect(await condition()).toBe(
      'False FailedDiscoveryCheck: failing or missing response from https://10.96.0.80:443/apis/things.example.com/v1: Get "https://10.96.0.80:443/apis/things.example.com/v1": dial tcp 10.96.0.80:443: connect: connection refused',
    );
    isUp = true;
    await api.extensionsClock.advance(1000);
    await settled(300);
    expect(await condition()).toBe('True Passed: all checks passed');
  });

  test('AGG-3 discovery lists other servers, and says of those that do not answer that it is stale', async () => {
    await register();
    expect((await groupsOf()).at(-1)).toMatchObject({
      metadata: { name: 'things.example.com' },
      versions: [{ freshness: 'Stale' }],
    });
    await serve();
    expect((await groupsOf()).at(-1)).toMatchObject({
      versions: [
        { freshness: 'Current', resources: [{ resource: 'things', scope: 'Namespaced', singularResource: 'thing' }] },
      ],
    });
    expect((await api.send('GET', '/apis/things.example.com')).object).toMatchObject({
      kind: 'APIGroup',
      name: 'things.example.com',
    });
  });

  test('AGG-4 requests are handed on with the name of the user', async () => {
    await register();
    const path = '/apis/things.example.com/v1/namespaces/default/things';
    expect((await api.send('GET', path)).status).toBe(503);
    await serve();
    seen.length = 0;
    const answer = await api.send('GET', `${path}?limit=5`);
    expect(answer).toMatchObject({ status: 200, object: { kind: 'ThingList', items: [] } });
    expect(seen).toEqual([
      {
        url: `https://things.default.svc${path}?limit=5`,
        user: 'kubernetes-admin',
        groups: 'system:masters, system:authenticated',
        body: '',
      },
    ]);
  });
});

import type { KubeObject } from '@tabernetes/apimachinery';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { nodeAuthorizer } from './node-authorizer.ts';

const kubelet = { name: 'system:node:n1', groups: ['system:nodes'] };
const NO_RELATION = "no relationship found between node 'n1' and this object";

let cluster: TestApiServer;
let nodes: Awaited<ReturnType<typeof nodeAuthorizer>>;

beforeEach(async () => {
  const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
  nodes = await nodeAuthorizer(store);
  cluster = await testApiServer({ deps: { store } });
});
afterEach(() => {
  nodes.dispose();
  cluster.dispose();
});

const ask = (verb: string, path: string, user = kubelet) => {
  const [plural = '', name = ''] = path.split('/');
  const [resource = '', subresource = ''] = plural.split('.');
  const asked = { group: '', version: 'v1', resource, subresource, namespace: 'default', name };
  return nodes.authorize({ user, verb, path: '', resource: asked });
};

describe('nodeAuthorizer', () => {
  test('RBAC-8 a node may read what its Pods refer to, and nothing else', async () => {
    expect(await ask('get', 'secrets/s')).toEqual({ allowed: false, reason: NO_RELATION });
    await cluster.send('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        nodeName: 'n1',
        containers: [{ name: 'c', image: 'i', envFrom: [{ configMapRef: { name: 'm' } }] }],
        volumes: [{ name: 'v', secret: { secretName: 's' } }],
      },
    });
    for (const path of ['secrets/s', 'configmaps/m', 'pods/p'])
      expect(await ask('get', path)).toEqual({ allowed: true });
    const other = { name: 'system:node:n2', groups: ['system:nodes'] };
    expect((await ask('get', 'secrets/s', other)).allowed).toBe(false);
    await cluster.send('DELETE', '/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0');
    expect(await ask('get', 'secrets/s')).toEqual({ allowed: false, reason: NO_RELATION });
  });

  test('RBAC-8 lists and watches of Pods are for those of the node, by selector', async () => {
    const ask = async (fieldSelector?: string) => {
      const resource = { group: '', version: 'v1', resource: 'pods', subresource: '', namespace: '', name: '' };
      const asked = fieldSelector === undefined ? resource : { ...resource, fieldSelector };
      return (await nodes.authorize({ user: kubelet, verb: 'watch', path: '', resource: asked })).allowed;
    };
    expect(await ask('spec.nodeName=n1')).toBe(true);
    expect(await ask('status.phase!=Failed,spec.nodeName==n1')).toBe(true);
    for (const other of [undefined, 'spec.nodeName=n2', 'spec.nodeName!=n1', 'nonsense']) {
      expect(await ask(other)).toBe(false);
    }
  });

  test('RBAC-8 says why, and leaves other users to others', async () => {
    expect(await ask('delete', 'secrets/s')).toEqual({
      allowed: false,
      reason: 'can only read resources of this type',
    });
    expect(await ask('get', 'nodes/n2')).toEqual({
      allowed: false,
      reason: "node 'n1' cannot read 'n2', only its own Node object",
    });
    expect(await ask('get', 'nodes/n1')).toEqual({ allowed: true });
    expect(await ask('patch', 'nodes.status/n1')).toEqual({ allowed: true });
    expect(await ask('get', 'nodes/n1', { name: 'bob', groups: ['system:nodes'] })).toEqual({ allowed: false });
  });
});

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { servicesOf } from './pod-services.ts';

const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', uid: `uid-${name}`, ...more });
const service = (name: string, selector?: Record<string, string>, namespace = 'default') =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { ...meta(name), namespace }, spec: { selector } }) as KubeObject;
const slice = (of: string, pod: string, ready: boolean) =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta(`${of}-x`, { labels: { 'kubernetes.io/service-name': of } }),
    endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready }, targetRef: { kind: 'Pod', uid: `uid-${pod}` } }],
  }) as KubeObject;
const pod = (status: Pod['status'], more: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta('web-1', { labels: { app: 'web', tier: 'front' }, ...more }),
  status,
});
const world = (...objects: readonly KubeObject[]) => ({
  kinds: [],
  list: (kind: string) => objects.filter((each) => each.kind === kind),
  find: () => undefined,
});
const running = (ready: 'True' | 'False') => ({ podIP: '10.244.1.2', conditions: [{ type: 'Ready', status: ready }] });

describe('which Services send requests to a Pod', () => {
  const web = service('web', { app: 'web' });
  const cases = [
    { name: 'that is ready', of: pod(running('True')), endpoint: slice('web', 'web-1', true), answer: 'sends' },
    { name: 'that is not', of: pod(running('False')), endpoint: slice('web', 'web-1', false), answer: 'notReady' },
    { name: 'that has no address', of: pod({}), endpoint: slice('web', 'other', true), answer: 'noAddress' },
    {
      name: 'that has just become ready',
      of: pod(running('True')),
      endpoint: slice('web', 'other', true),
      answer: 'notYet',
    },
    {
      name: 'that ends',
      of: pod(running('True'), { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      endpoint: slice('web', 'web-1', false),
      answer: 'leaving',
    },
  ];
  for (const { name, of, endpoint, answer } of cases) {
    test(`INS-7 one ${name}`, () => {
      expect(servicesOf(of, world(web, endpoint))).toEqual([{ service: 'web', answer }]);
    });
  }

  test('INS-7 what nearly selects it says which label it misses; others are told of when nothing selects it', () => {
    const near = service('back', { app: 'web', tier: 'back' });
    const strange = service('api', { run: 'api' });
    const elsewhere = service('web', { app: 'web' }, 'other');
    const bare = service('kubernetes');
    const nearAnswer = { service: 'back', answer: 'labels', wanted: 'tier=back', has: 'tier=front' };
    expect(servicesOf(pod({}), world(web, near, strange, elsewhere, bare))).toEqual([
      { service: 'web', answer: 'noAddress' },
      nearAnswer,
    ]);
    expect(servicesOf(pod({}), world(near, strange, elsewhere, bare))).toEqual([
      nearAnswer,
      { service: 'api', answer: 'labels', wanted: 'run=api', has: '' },
    ]);
  });
});

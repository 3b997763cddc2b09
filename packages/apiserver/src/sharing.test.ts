import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const PODS = '/api/v1/namespaces/default/pods';
interface PodObject extends KubeObject {
  readonly spec: { readonly containers: readonly object[]; readonly priority?: number };
  readonly status: object;
}
const POD = {
  metadata: { name: 'a', labels: { app: 'a' }, annotations: { note: 'x' } },
  spec: {
    containers: [{ name: 'c', image: 'nginx', env: [{ name: 'A', value: '1' }] }],
    // Its metadata prints `creationTimestamp: null`, which a draft must not hold.
    volumes: [
      {
        name: 'scratch',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
  },
};
const condition = { type: 'Ready', status: 'False', lastProbeTime: null, lastTransitionTime: null };
/** A body that shares nothing with what is stored. */
const apart = (body: object): object => JSON.parse(JSON.stringify(body));

describe('parts of drafts that are shared', () => {
  const servers: TestApiServer[] = [];
  afterEach(() => {
    for (const api of servers.splice(0)) api.dispose();
  });
  const start = async (options: Parameters<typeof testApiServer>[0] = {}): Promise<TestApiServer> => {
    const api = await testApiServer(options);
    servers.push(api);
    return api;
  };

  const changes: readonly { name: string; path?: string; change: (pod: PodObject) => object }[] = [
    { name: 'nothing', change: (pod) => pod },
    { name: 'a label', change: (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'b' } } }) },
    {
      name: 'an image',
      change: (pod) => ({ ...pod, spec: { ...pod.spec, containers: [{ ...pod.spec.containers[0], image: 'b' }] } }),
    },
    { name: 'what may not change', change: (pod) => ({ ...pod, spec: { ...pod.spec, hostname: 'h' } }) },
    { name: 'an unknown field', change: (pod) => ({ ...pod, spec: { ...pod.spec, foo: 1 } }) },
    { name: 'a wrong type', change: (pod) => ({ ...pod, spec: { ...pod.spec, containers: 'none' } }) },
    { name: 'status', path: '/status', change: (pod) => ({ ...pod, status: { ...pod.status, phase: 'Running' } }) },
    {
      name: 'conditions',
      path: '/status',
      change: (pod) => ({ ...pod, status: { ...pod.status, conditions: [condition] } }),
    },
  ];
  for (const { name, path = '', change } of changes) {
    test(`API-37 an update of ${name} ends the same whether its body shares parts or not`, async () => {
      const answers: unknown[] = [];
      for (const body of [(object: object) => object, apart]) {
        const api = await start();
        const { object } = await api.send<PodObject>('POST', PODS, POD);
        const first = await api.send<PodObject>('PUT', `${PODS}/a${path}`, body(change(object)));
        const again = await api.send<PodObject>('GET', `${PODS}/a`);
        const second = await api.send('PUT', `${PODS}/a${path}`, body(change(again.object)));
        answers.push([first, again, second]);
      }
      expect(answers[0]).toEqual(answers[1]);
    });
  }

  test('API-37 what a status update and a patch leave alone stays the same reference', async () => {
    const api = await start();
    const { object } = await api.send<PodObject>('POST', PODS, { ...POD, spec: { containers: POD.spec.containers } });
    const status = { ...object.status, phase: 'Running' };
    const { object: running } = await api.send<PodObject>('PUT', `${PODS}/a/status`, { ...object, status });
    expect(running.spec).toBe(object.spec);
    const patch = { metadata: { labels: { i: '1' } } };
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const { object: labelled } = await api.send<PodObject>('PATCH', `${PODS}/a`, patch, { headers });
    expect([labelled.spec === object.spec, labelled.status === running.status]).toEqual([true, true]);
    expect(labelled.metadata.labels).toEqual({ app: 'a', i: '1' });
  });

  test('API-74 Pods of one owner share what is equal in them, and nothing else', async () => {
    const api = await start();
    const { object: first } = await api.send<PodObject>('POST', PODS, POD);
    const alike = { ...POD, metadata: { ...POD.metadata, name: 'b' } };
    const { object: second } = await api.send<PodObject>('POST', PODS, alike);
    expect([second.spec === first.spec, second.status === first.status]).toEqual([true, true]);
    expect(second.metadata.labels).toBe(first.metadata.labels);

    const { annotations: _, ...metadata } = POD.metadata;
    const bare = { metadata: { ...metadata, name: 'c' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    const { object: third } = await api.send<PodObject>('POST', PODS, bare);
    const fresh = await start();
    const { object: alone } = await fresh.send<PodObject>('POST', PODS, bare);
    const { uid: _uid, resourceVersion: _version, ...own } = third.metadata;
    const { uid: _otherUid, resourceVersion: _otherVersion, ...other } = alone.metadata;
    expect(JSON.stringify([own, third.spec, third.status])).toBe(JSON.stringify([other, alone.spec, alone.status]));
  });

  test('API-37 a plugin that writes into drafts gets parts of its own', async () => {
    const admit = ({ draft }: { readonly draft?: unknown }): void => {
      const pod = draft as { spec?: { containers?: { env?: { value: string }[] }[]; priority?: number } };
      const [variable] = pod.spec?.containers?.[0]?.env ?? [];
      if (variable) variable.value = '2';
    };
    const api = await start({ deps: { admission: [{ name: 'Writer', operations: ['UPDATE'], admit }] } });
    const { object } = await api.send<PodObject>('POST', PODS, POD);
    const { refusal } = await api.send('PUT', `${PODS}/a`, object);
    expect([refusal.code, refusal.message?.includes('pod updates may not change fields')]).toEqual([422, true]);
    expect(JSON.stringify(object)).toContain('"value":"1"');
  });
});

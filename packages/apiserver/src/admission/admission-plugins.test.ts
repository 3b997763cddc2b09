import { afterEach, describe, expect, test } from 'vitest';
import { ADMIN, type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { claimResize } from './claim-resize.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { limitRanger } from './limit-ranger.ts';
import { nodeTaint } from './node-taint.ts';
import { singleDefault } from './priority.ts';
import { runtimeClassAdmission } from './runtime-class.ts';
import { storageObjectInUse } from './storage-object-in-use.ts';

let api: TestApiServer;
afterEach(() => api.dispose());

const IN_DEFAULT = '/api/v1/namespaces/default';
const STORAGE = '/apis/storage.k8s.io/v1/storageclasses';

async function start(): Promise<void> {
  api = await testApiServer({
    deps: {
      admission: [
        limitRanger(),
        nodeTaint(),
        defaultStorageClass(),
        storageObjectInUse(),
        claimResize(),
        runtimeClassAdmission(),
        defaultIngressClass(),
        singleDefault(),
      ],
    },
  });
}

/** The object, or the refusal's message. */
async function post(path: string, apiVersion: string, kind: string, body: object): Promise<unknown> {
  const { status, object, refusal } = await api.send('POST', path, { apiVersion, kind, ...body });
  return status === 201 ? object : refusal.message;
}

const pod = (name: string, spec: object = {}, resources: object = {}) =>
  post(`${IN_DEFAULT}/pods`, 'v1', 'Pod', {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx', resources }], ...spec },
  });

const claim = (name: string, spec: object = {}, storage = '2Gi') =>
  post(`${IN_DEFAULT}/persistentvolumeclaims`, 'v1', 'PersistentVolumeClaim', {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
  });

const limits = (...items: object[]) =>
  post(`${IN_DEFAULT}/limitranges`, 'v1', 'LimitRange', { metadata: { name: 'l' }, spec: { limits: items } });

describe('LimitRanger', () => {
  test('API-54 gives containers what they leave out, and says so', async () => {
    await start();
    await limits({ type: 'Container', default: { cpu: '500m', memory: '1Gi' }, defaultRequest: { cpu: '100m' } });
    expect(
      await pod('p', { initContainers: [{ name: 'i', image: 'busybox' }] }, { limits: { cpu: '1' } }),
    ).toMatchObject({
      metadata: {
        annotations: {
          'kubernetes.io/limit-ranger':
            'LimitRanger plugin set: memory request for container c; memory limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i',
        },
      },
      spec: {
        containers: [{ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } } }],
        initContainers: [{ resources: { limits: { cpu: '500m' }, requests: { cpu: '100m' } } }],
      },
    });
  });

  test('API-54 refuses what is beyond the bounds, all of it at once', async () => {
    await start();
    await limits(
      { type: 'Container', min: { memory: '32Mi' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } },
      { type: 'Pod', max: { cpu: '2' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } },
    );
    expect(await pod('p', {}, { requests: { memory: '16Mi', cpu: '1' }, limits: { cpu: '3' } })).toBe(
      'pods "p" is forbidden: [minimum memory usage per Container is 32Mi, but request is 16Mi, maximum cpu usage per Container is 1, but limit is 3, cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000, maximum cpu usage per Pod is 2, but limit is 3]',
    );
    expect(await claim('c', {}, '20Gi')).toBe(
      'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi',
    );
    expect(await claim('c')).toMatchObject({ kind: 'PersistentVolumeClaim' });
  });

  test('API-54 counts a Pod at its peak: sidecars run beside what is started after them', async () => {
    await start();
    await limits({ type: 'Pod', max: { cpu: '2' } });
    const init = (name: string, cpu: string, restartPolicy?: string) => ({
      name,
      image: 'busybox',
      resources: { limits: { cpu } },
      ...(restartPolicy && { restartPolicy }),
    });
    const initContainers = [init('side', '500m', 'Always'), init('init', '1')];
    expect(await pod('fits', { initContainers }, { limits: { cpu: '1500m' } })).toMatchObject({ kind: 'Pod' });
    expect(await pod('big', { initContainers }, { limits: { cpu: '1600m' } })).toBe(
      'pods "big" is forbidden: maximum cpu usage per Pod is 2, but limit is 2100m',
    );
  });
});

describe('storage', () => {
  test('API-54 claims and volumes are protected; claims get the newest default class unless they choose', async () => {
    await start();
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const spec = { provisioner: 'example.com/p' };
    await post(STORAGE, 'storage.k8s.io/v1', 'StorageClass', { metadata: { name: 'old', annotations }, ...spec });
    await api.clock.advance('2s');
    await post(STORAGE, 'storage.k8s.io/v1', 'StorageClass', { metadata: { name: 'new', annotations }, ...spec });
    expect(await claim('a')).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { storageClassName: 'new' },
    });
    expect(await claim('b', { storageClassName: '' })).toMatchObject({ spec: { storageClassName: '' } });
  });

  test('API-54 only claims that are bound grow, if their class allows it', async () => {
    await start();
    await post(STORAGE, 'storage.k8s.io/v1', 'StorageClass', { metadata: { name: 'fixed' }, provisioner: 'p' });
    const object = await claim('c', { storageClassName: 'fixed', volumeName: 'v' });
    const path = `${IN_DEFAULT}/persistentvolumeclaims/c`;
    const bound = { ...(object as object), status: { phase: 'Bound', capacity: { storage: '2Gi' } } };
    await api.send('PUT', `${path}/status`, bound);
    const patch = { spec: { resources: { requests: { storage: '3Gi' } } } };
    const headers = { 'content-type': 'application/merge-patch+json' };
    const bytes = { kind: 'bytes', bytes: new TextEncoder().encode(JSON.stringify(patch)) };
    const { body } = await api.server.request({
      method: 'PATCH',
      path,
      query: {},
      headers,
      body: bytes as never,
      user: ADMIN,
    });
    expect(body).toMatchObject({
      object: {
        message:
          'persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      },
    });
  });
});

describe('classes of nodes, Pods and Ingresses', () => {
  test('API-54 a RuntimeClass adds its overhead and where its Pods run', async () => {
    await start();
    await post('/apis/node.k8s.io/v1/runtimeclasses', 'node.k8s.io/v1', 'RuntimeClass', {
      metadata: { name: 'vm' },
      handler: 'vm',
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: {
        nodeSelector: { kind: 'vm' },
        tolerations: [{ key: 'vm', operator: 'Exists' }],
      },
    });
    const tolerations = [{ key: 'vm', operator: 'Exists', effect: 'NoSchedule' }];
    expect(await pod('p', { runtimeClassName: 'vm', tolerations, nodeSelector: { a: 'b' } })).toMatchObject({
      spec: {
        overhead: { cpu: '250m' },
        nodeSelector: { a: 'b', kind: 'vm' },
        tolerations: [{ key: 'vm', operator: 'Exists' }],
      },
    });
    expect(await pod('q', { runtimeClassName: 'vm', nodeSelector: { kind: 'x' } })).toBe(
      'pods "q" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kind] = vm; pod.spec.nodeSelector[kind] = x',
    );
    expect(await pod('r', { runtimeClassName: 'no' })).toBe(
      'pods "r" is forbidden: pod rejected: RuntimeClass "no" not found',
    );
    expect(await pod('s', { overhead: { cpu: '1' } })).toBe(
      'pods "s" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    // An empty overhead is as good as none where the class has one, and is given where it has not.
    expect(await pod('t', { runtimeClassName: 'vm', overhead: {} })).toMatchObject({
      spec: { overhead: { cpu: '250m' } },
    });
    expect(await pod('u', { overhead: {} })).toBe(
      'pods "u" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    expect(await pod('v', { runtimeClassName: '' })).toBe('resource name may not be empty');
  });

  test('API-54 nodes begin as not ready', async () => {
    await start();
    const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
    expect(await post('/api/v1/nodes', 'v1', 'Node', { metadata: { name: 'n' } })).toMatchObject({ spec: { taints } });
    expect(await post('/api/v1/nodes', 'v1', 'Node', { metadata: { name: 'm' }, spec: { taints } })).toMatchObject({
      spec: { taints },
    });
  });

  test('API-54 an Ingress gets the default class', async () => {
    await start();
    await post('/apis/networking.k8s.io/v1/ingressclasses', 'networking.k8s.io/v1', 'IngressClass', {
      metadata: { name: 'web', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'example.com/web' },
    });
    const backend = { service: { name: 's', port: { number: 80 } } };
    expect(
      await post('/apis/networking.k8s.io/v1/namespaces/default/ingresses', 'networking.k8s.io/v1', 'Ingress', {
        metadata: { name: 'i' },
        spec: { defaultBackend: backend },
      }),
    ).toMatchObject({ spec: { ingressClassName: 'web' } });
  });
});

describe('Priority', () => {
  const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const priorityClass = (name: string, more: object = {}): Promise<unknown> =>
    post(CLASSES, 'scheduling.k8s.io/v1', 'PriorityClass', { metadata: { name }, value: 5, ...more });

  test('there is one default class, and those of the system stay', async () => {
    await start();
    await priorityClass('first', { globalDefault: true });
    const refused = 'is forbidden: PriorityClass first is already marked as default. Only one default can exist';
    expect(await priorityClass('second', { globalDefault: true })).toBe(
      `priorityclasses.scheduling.k8s.io "second" ${refused}`,
    );
    await priorityClass('third');
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    const marked = await api.send('PATCH', `${CLASSES}/third`, { globalDefault: true }, merge);
    expect(marked.refusal.message).toBe(`priorityclasses.scheduling.k8s.io "third" ${refused}`);
    expect((await api.send('PATCH', `${CLASSES}/first`, { description: 'x' }, merge)).status).toBe(200);
    await priorityClass('system-node-critical', { value: 2_000_001_000 });
    const kept = await api.send('DELETE', `${CLASSES}/system-node-critical`);
    expect(kept.refusal.message).toBe(
      'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    );
  });
});

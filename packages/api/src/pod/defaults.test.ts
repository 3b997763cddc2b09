import { canonical, type Draft, decodeObject } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import type { Pod, PodSpec, PodTemplateSpec } from '../generated/core-v1.ts';
import { schemaOf } from '../schema/schemas.ts';
import { defaultPod, defaultPodTemplate } from './defaults.ts';
import { dropDisabledFields } from './features.ts';
import { defaultPullPolicy } from './image.ts';

const POD = schemaOf('io.k8s.api.core.v1.Pod');
const TEMPLATE = schemaOf('io.k8s.api.core.v1.PodTemplateSpec');

function defaulted(spec: object, annotations?: Record<string, string>): Pod {
  const raw = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', ...(annotations && { annotations }) }, spec };
  const { draft } = decodeObject<Pod>(POD, raw);
  defaultPod(draft);
  return canonical(POD, draft as Pod);
}

const container = (changes: object = {}) => ({ name: 'c', image: 'nginx:1', ...changes });
const firstContainer = (changes: object, spec: object = {}) =>
  defaulted({ containers: [container(changes)], ...spec }).spec?.containers[0];

describe('defaults of Pods', () => {
  test('POD-3 fills in what every Pod has', () => {
    const { spec } = defaulted({ containers: [{ name: 'c', image: 'nginx' }] });
    expect(spec).toEqual({
      containers: [
        {
          name: 'c',
          image: 'nginx',
          imagePullPolicy: 'Always',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  test('POD-3 is idempotent and leaves frozen parts alone', () => {
    const once = defaulted({
      hostNetwork: true,
      serviceAccount: 'builder',
      containers: [container({ ports: [{ containerPort: 80 }], resources: { limits: { cpu: '100u' } } })],
    });
    const again = { ...once } as Draft<Pod>;
    defaultPod(again);
    expect(canonical(POD, again as Pod, once)).toBe(once);
  });

  test('POD-4 requests follow limits in Pods, not in templates', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } };
    expect(firstContainer({ resources })?.resources?.requests).toEqual({ cpu: '100m', memory: '1Gi' });
    const { draft } = decodeObject<PodTemplateSpec>(TEMPLATE, { spec: { containers: [container({ resources })] } });
    defaultPodTemplate(draft);
    expect(draft.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '100m' });
    expect(draft.spec?.enableServiceLinks).toBeUndefined();
  });

  test('POD-5 rounds amounts up to thousandths', () => {
    const resources = { requests: { cpu: '100u', memory: '1500u', 'example.com/x': '1' } };
    expect(firstContainer({ resources })?.resources?.requests).toEqual({
      cpu: '1m',
      memory: '2m',
      'example.com/x': '1',
    });
  });

  test('POD-6 the two names of the service account are one field', () => {
    const names = (spec: object) => {
      const { serviceAccount, serviceAccountName } = defaulted({ containers: [container()], ...spec }).spec ?? {};
      return [serviceAccount, serviceAccountName];
    };
    expect(names({ serviceAccount: 'a' })).toEqual(['a', 'a']);
    expect(names({ serviceAccount: 'a', serviceAccountName: 'b' })).toEqual(['b', 'b']);
    expect(names({})).toEqual([undefined, undefined]);
  });

  test('POD-7 a container in the host network has its ports there', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 90, hostPort: 91, protocol: 'UDP' }];
    expect(firstContainer({ ports }, { hostNetwork: true })?.ports).toEqual([
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
      { containerPort: 90, hostPort: 91, protocol: 'UDP' },
    ]);
    expect(firstContainer({ ports })?.ports?.[0]).toEqual({ containerPort: 80, protocol: 'TCP' });
  });

  test('POD-8 volumes: modes, types and a source for those without', () => {
    const volumes = [
      { name: 'a' },
      { name: 'b', hostPath: { path: '/x' } },
      { name: 'c', secret: { secretName: 's', defaultMode: 0 } },
      { name: 'd', azureDisk: { diskName: 'd', diskURI: 'https://x' } },
      { name: 'e', rbd: { monitors: ['m'], image: 'i' } },
      { name: 'f', scaleIO: { gateway: 'g', system: 's', secretRef: { name: 'x' } } },
    ];
    expect(defaulted({ containers: [container()], volumes }).spec?.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', hostPath: { path: '/x', type: '' } },
      { name: 'c', secret: { secretName: 's', defaultMode: 0 } },
      {
        name: 'd',
        azureDisk: {
          diskName: 'd',
          diskURI: 'https://x',
          cachingMode: 'ReadWrite',
          fsType: 'ext4',
          kind: 'Shared',
          readOnly: false,
        },
      },
      { name: 'e', rbd: { monitors: ['m'], image: 'i', pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } },
      {
        name: 'f',
        scaleIO: {
          gateway: 'g',
          system: 's',
          secretRef: { name: 'x' },
          storageMode: 'ThinProvisioned',
          fsType: 'xfs',
        },
      },
    ]);
  });

  test('POD-9 mounts of image volumes are dropped from containers that are shared with what is stored', () => {
    const mounts = (name: string) => [
      { name: 'i', mountPath: '/i' },
      { name, mountPath: '/e' },
    ];
    const stored = deepFreeze({ name: 'c', image: 'i', volumeMounts: mounts('e') });
    const spec: Draft<PodSpec> = {
      volumes: [{ name: 'i', image: { reference: 'x' } }],
      containers: [stored],
      initContainers: [stored],
    };
    dropDisabledFields(spec);
    expect(spec.volumes).toEqual([]);
    expect(spec.containers[0]?.volumeMounts).toEqual([{ name: 'e', mountPath: '/e' }]);
    expect(spec.initContainers?.[0]?.volumeMounts).toEqual([{ name: 'e', mountPath: '/e' }]);
    expect(stored.volumeMounts).toEqual(mounts('e'));
  });

  test('POD-9 fields of features that are off are dropped, image volumes with their mounts', () => {
    const kept = defaulted({
      hostUsers: false,
      resourceClaims: [{ name: 'gpu' }],
      resources: { limits: { cpu: '1' } },
      securityContext: { supplementalGroupsPolicy: 'Strict', seLinuxChangePolicy: 'Recursive', fsGroup: 1 },
      volumes: [{ name: 'i', image: { reference: 'x' } }, { name: 'e' }],
      containers: [
        container({
          resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
          resources: { claims: [{ name: 'gpu' }] },
          securityContext: { procMount: 'Unmasked' },
          volumeMounts: [
            { name: 'i', mountPath: '/i' },
            { name: 'e', mountPath: '/e' },
          ],
        }),
      ],
    });
    // Defaults come before managedFields, which name what is dropped after them.
    expect(kept.spec).toHaveProperty('hostUsers');
    const spec = structuredClone(kept.spec) as Draft<PodSpec>;
    dropDisabledFields(spec);
    expect(spec).not.toHaveProperty('hostUsers');
    expect(spec).not.toHaveProperty('resourceClaims');
    expect(spec).not.toHaveProperty('resources');
    expect(spec?.securityContext).toEqual({ fsGroup: 1 });
    expect(spec?.volumes).toEqual([{ name: 'e', emptyDir: {} }]);
    expect(spec?.containers[0]).toMatchObject({
      resources: {},
      securityContext: { procMount: 'Default' },
      volumeMounts: [{ name: 'e', mountPath: '/e' }],
    });
    expect(spec?.containers[0]).not.toHaveProperty('resizePolicy');
  });

  test('POD-10 annotations of very old clients are dropped', () => {
    const spec = { containers: [container()] };
    expect(defaulted(spec, { 'pod.beta.kubernetes.io/init-containers': '[]' }).metadata.annotations).toBeUndefined();
    expect(defaulted(spec, { a: 'b', 'pod.alpha.kubernetes.io/init-containers': '[]' }).metadata.annotations).toEqual({
      a: 'b',
    });
  });
});

describe('imagePullPolicy', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const cases = [
    { image: 'nginx', policy: 'Always' },
    { image: 'nginx:latest', policy: 'Always' },
    { image: 'nginx:1.27', policy: 'IfNotPresent' },
    { image: `nginx@${digest}`, policy: 'IfNotPresent' },
    { image: `nginx:latest@${digest}`, policy: 'Always' },
    { image: 'nginx:latest@sha256:00', policy: 'IfNotPresent' },
    { image: 'localhost:5000/a/b', policy: 'Always' },
    { image: 'localhost:5000/a/b:v1', policy: 'IfNotPresent' },
    { image: 'Nginx', policy: 'IfNotPresent' },
    { image: 'REGISTRY/nginx', policy: 'Always' },
    { image: '', policy: 'IfNotPresent' },
    { image: 'a'.repeat(64), policy: 'IfNotPresent' },
  ];
  for (const { image, policy } of cases) {
    test(`POD-11 of "${image}" is ${policy}`, () => expect(defaultPullPolicy(image)).toBe(policy));
  }

  test('POD-4 frozen parts that a change left alone are replaced, not written to', () => {
    const requests = Object.freeze({ cpu: '100m' });
    const ports = Object.freeze([Object.freeze({ containerPort: 80, protocol: 'TCP' })]);
    const whole = {
      imagePullPolicy: 'Always',
      terminationMessagePath: '/x',
      terminationMessagePolicy: 'File',
      resources: {},
    };
    const changed = Object.freeze({ ...container(whole), ports });
    const spec = {
      hostNetwork: true,
      containers: [container({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests } })],
      initContainers: [changed],
    };
    const draft = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec } as unknown as Draft<Pod>;
    defaultPod(draft);
    expect(draft.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '100m', memory: '1Gi' });
    expect(draft.spec?.initContainers?.[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
    expect(ports[0]).toEqual({ containerPort: 80, protocol: 'TCP' });
  });
});

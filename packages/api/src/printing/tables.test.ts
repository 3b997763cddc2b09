import type { KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { KindDefinition } from '../kind.ts';
import * as kinds from '../kinds/named.ts';
import { wholeKinds } from '../testing/index.ts';
import { listWithMore } from './lists.ts';
import { accessModesText } from './volumes.ts';

await wholeKinds();

const NOW = Date.parse('2025-01-01T01:00:00Z');
const CREATED = '2025-01-01T00:57:00Z';

/** All cells of an object's row, wide ones too. */
function row<T extends KubeObject>(kind: KindDefinition<T>, fields: object, metadata: object = {}): unknown[] {
  const object = { metadata: { name: 'x', creationTimestamp: CREATED, ...metadata }, ...fields } as unknown as T;
  return kind.columns.map(({ cell }) => cell(object, { nowMs: NOW }));
}

const template = {
  spec: {
    containers: [
      { name: 'web', image: 'nginx:1.27' },
      { name: 'log', image: 'fluent' },
    ],
  },
};
const selector = { matchLabels: { app: 'web' } };
const wide = ['web,log', 'nginx:1.27,fluent', 'app=web'];

describe('tables', () => {
  test('PRT-1 sets of Pods count what is there and what is wanted', () => {
    const status = { replicas: 4, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 };
    const spec = { replicas: 5, selector, template };
    expect(row(kinds.deployment, { spec, status })).toEqual(['x', '2/5', 3, 1, '3m', ...wide]);
    expect(row(kinds.replicaSet, { spec, status })).toEqual(['x', 5, 4, 2, '3m', ...wide]);
    expect(row(kinds.statefulSet, { spec, status })).toEqual(['x', '2/5', '3m', ...wide.slice(0, 2)]);
    expect(row(kinds.replicationController, { spec: { ...spec, selector: { app: 'web' } }, status })).toEqual([
      'x',
      5,
      4,
      2,
      '3m',
      ...wide,
    ]);
    const daemons = {
      desiredNumberScheduled: 6,
      currentNumberScheduled: 5,
      numberReady: 4,
      updatedNumberScheduled: 3,
      numberAvailable: 2,
    };
    expect(row(kinds.daemonSet, { spec: { selector, template }, status: daemons })).toEqual([
      'x',
      6,
      5,
      4,
      3,
      2,
      '<none>',
      '3m',
      ...wide,
    ]);
  });

  test('PRT-2 Jobs tell how far they are, how long they took and what became of them', () => {
    const cells = (spec: object, status: object) =>
      row(kinds.job, { spec: { selector, template, ...spec }, status }).slice(1, 4);
    const startTime = '2025-01-01T00:58:00Z';
    expect(cells({ completions: 3 }, { succeeded: 1, startTime })).toEqual(['Running', '1/3', '2m']);
    expect(cells({ parallelism: 2 }, {})).toEqual(['Running', '0/1 of 2', '']);
    expect(cells({ parallelism: 1 }, {})).toEqual(['Running', '0/1', '']);
    const ended = (type: string) => ({ succeeded: 3, conditions: [{ type, status: 'True' }] });
    expect(
      cells({ completions: 3 }, { ...ended('Complete'), startTime, completionTime: '2025-01-01T00:58:07Z' }),
    ).toEqual(['Complete', '3/3', '7s']);
    expect(cells({ completions: 3 }, ended('Failed'))[0]).toBe('Failed');
    expect(cells({ completions: 3 }, ended('Suspended'))[0]).toBe('Suspended');
  });

  test('PRT-3 CronJobs tell when they run', () => {
    const spec = { schedule: '* * * * *', suspend: false, jobTemplate: { spec: { template } } };
    const status = { active: [{}], lastScheduleTime: '2025-01-01T00:59:30Z' };
    expect(row(kinds.cronJob, { spec, status })).toEqual([
      'x',
      '* * * * *',
      '<none>',
      'False',
      1,
      '30s',
      '3m',
      ...wide.slice(0, 2),
      '<none>',
    ]);
    expect(row(kinds.cronJob, { spec, status: {} })[5]).toBe('<none>');
  });

  test('PRT-4 Services show addresses and ports', () => {
    const cells = (spec: object, status: object = {}) => row(kinds.service, { spec, status }).slice(1, 5);
    const ports = [
      { port: 80, protocol: 'TCP', nodePort: 30_080 },
      { port: 53, protocol: 'UDP' },
    ];
    expect(cells({ type: 'ClusterIP', clusterIPs: ['10.96.0.1'], ports })).toEqual([
      'ClusterIP',
      '10.96.0.1',
      '<none>',
      '80:30080/TCP,53/UDP',
    ]);
    expect(cells({ type: 'ExternalName', externalName: 'a.b' })).toEqual(['ExternalName', '<none>', 'a.b', '<none>']);
    expect(cells({ type: 'LoadBalancer', clusterIPs: ['1.1.1.1'] })[2]).toBe('<pending>');
    const balanced = { loadBalancer: { ingress: [{ ip: '9.9.9.9' }] } };
    expect(cells({ type: 'LoadBalancer', externalIPs: ['8.8.8.8'] }, balanced)[2]).toBe('9.9.9.9,8.8.8.8');
  });

  test('PRT-5 nodes show state, roles and versions', () => {
    const status = {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: {
        kubeletVersion: 'v1.32.0',
        osImage: 'Linux',
        kernelVersion: '6.1',
        containerRuntimeVersion: 'containerd://2',
      },
    };
    const labels = { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'edge' };
    expect(row(kinds.node, { spec: { unschedulable: true }, status }, { labels })).toEqual([
      'x',
      'Ready,SchedulingDisabled',
      'control-plane,edge',
      '3m',
      'v1.32.0',
      '10.0.0.1',
      '<none>',
      'Linux',
      '6.1',
      'containerd://2',
    ]);
    expect(row(kinds.node, { status: {} }).slice(1, 3)).toEqual(['Unknown', '<none>']);
  });

  test('PRT-6 volumes and claims show capacity, modes and each other', () => {
    const spec = {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadOnlyMany', 'ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: 'demo', name: 'claim' },
      storageClassName: 'manual',
      volumeMode: 'Filesystem',
    };
    expect(row(kinds.persistentVolume, { spec, status: { phase: 'Bound' } })).toEqual([
      'x',
      '5Gi',
      'RWO,ROX',
      'Retain',
      'Bound',
      'demo/claim',
      'manual',
      '<unset>',
      '',
      '3m',
      'Filesystem',
    ]);
    const status = { phase: 'Bound', capacity: { storage: '5Gi' }, accessModes: ['ReadWriteMany'] };
    const claim = { spec: { volumeName: 'v', storageClassName: 'manual' }, status };
    const cells = row(kinds.persistentVolumeClaim, claim, { deletionTimestamp: CREATED });
    expect(cells.slice(1, 6)).toEqual(['Terminating', 'v', '5Gi', 'RWX', 'manual']);
    expect(row(kinds.persistentVolumeClaim, { spec: {}, status }).slice(2, 5)).toEqual(['', '', '']);
  });

  test('PRT-7 other kinds count their contents', () => {
    expect(row(kinds.configMap, { data: { a: '' }, binaryData: { b: '' } })).toEqual(['x', 2, '3m']);
    expect(row(kinds.secret, { type: 'Opaque', data: { a: '' } })).toEqual(['x', 'Opaque', 1, '3m']);
    expect(row(kinds.lease, { spec: { holderIdentity: 'me' } })).toEqual(['x', 'me', '3m']);
    expect(
      row(kinds.podDisruptionBudget, { spec: { maxUnavailable: '25%' }, status: { disruptionsAllowed: 2 } }),
    ).toEqual(['x', 'N/A', '25%', 2, '3m']);
    expect(row(kinds.priorityClass, { value: 7, preemptionPolicy: 'Never' })).toEqual(['x', 7, false, '3m', 'Never']);
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(row(kinds.storageClass, { provisioner: 'a/b' }, { annotations })).toEqual([
      'x (default)',
      'a/b',
      'Delete',
      'Immediate',
      false,
      '3m',
    ]);
    const status = { hard: { pods: '5', 'limits.cpu': '2' }, used: { pods: '1' } };
    expect(row(kinds.resourceQuota, { status })).toEqual(['x', '3m', 'pods: 1/5', 'limits.cpu: 0/2']);
  });

  test('PRT-8 long lists are cut', () => {
    expect(listWithMore(['a', 'b', 'c', 'd'], 3)).toBe('a,b,c + 1 more...');
    expect(listWithMore(['a'], 3)).toBe('a');
    expect(listWithMore([], 3)).toBe('<unset>');
    expect(accessModesText(['ReadWriteOncePod', 'ReadWriteOnce'])).toBe('RWO,RWOP');
  });
});

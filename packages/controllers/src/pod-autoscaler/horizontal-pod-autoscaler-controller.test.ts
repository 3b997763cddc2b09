import { builtinKinds, defineKind, kinds } from '@tabernetes/api';
import type { HorizontalPodAutoscaler } from '@tabernetes/api/types/autoscaling-v2';
import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deploymentController } from '../deployment/deployment-controller.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { type Harness, scriptedKubelet, startHarness, withStatus } from '../testing/harness.ts';
import { deployment, template } from '../testing/objects.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler-controller.ts';

/** What every Pod uses, in millicores; undefined: nobody measures. */
let usage: number | undefined;
/** As metrics-server serves it: what Pods use, measured just now. */
const podMetrics = defineKind<KubeObject>({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  plural: 'pods',
  singular: '',
  namespaced: true,
  schema: { kind: 'struct', goType: '', fields: [], byName: new Map(), untyped: true, preserveUnknownFields: true },
  virtual: {
    async list(namespace, services) {
      const pods = await services.list({ group: '', plural: 'pods' }, namespace);
      return pods.map(({ metadata: { name, labels } }) => ({
        apiVersion: 'metrics.k8s.io/v1beta1',
        kind: 'PodMetrics',
        metadata: { name, namespace, labels },
        timestamp: new Date(harness.clock.now()).toISOString(),
        window: '15s',
        containers: [{ name: 'main', usage: { cpu: `${usage}m`, memory: '64Mi' } }],
      })) as unknown as readonly KubeObject[];
    },
  },
  columns: [],
});

let harness: Harness;
let stop: () => void;
async function start(measured: boolean): Promise<void> {
  harness = await startHarness({
    controllers: [deploymentController, replicaSetController, horizontalPodAutoscaler],
    kinds: measured ? [...builtinKinds, podMetrics] : builtinKinds,
  });
  stop = await scriptedKubelet(harness, { fate: () => 'ready' });
}
beforeEach(() => {
  usage = 50;
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  stop();
  harness.dispose();
});

/** Started long ago, so that what it uses counts. */
async function age(): Promise<void> {
  for (const pod of await harness.list(kinds.pod)) {
    if (pod.status?.startTime !== undefined) continue;
    const old = withStatus(pod, 'True', pod.status?.podIP ?? '', 0);
    const startTime = '1970-01-01T00:00:00Z';
    await harness.client.resource(kinds.pod).updateStatus({ ...old, status: { ...old.status, startTime } });
  }
}
const hpa = (spec: Partial<NonNullable<HorizontalPodAutoscaler['spec']>> = {}): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    ...spec,
  },
});
const web = (replicas: number) => {
  const base = template('web');
  const [main = { name: 'main' }] = base.spec?.containers ?? [];
  const containers = [{ ...main, resources: { requests: { cpu: '100m' } } }];
  return deployment('web', { replicas, template: { ...base, spec: { ...base.spec, containers } } });
};
const size = async (): Promise<number | undefined> => (await harness.get(kinds.deployment, 'web')).spec?.replicas;
/** Lets autoscalers look `times` more times. */
async function look(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) {
    await age();
    await harness.clock.advance('15s');
  }
}
const conditions = async (): Promise<readonly string[]> =>
  ((await harness.get(kinds.horizontalPodAutoscaler, 'web')).status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type}=${status} ${reason}`,
  );

describe('without metrics', () => {
  test('HPA-1 the bounds hold, and what cannot be known is said', async () => {
    await start(false);
    await harness.create(web(1));
    await harness.create(hpa());
    expect(await harness.get(kinds.horizontalPodAutoscaler, 'web')).toMatchObject({ status: { desiredReplicas: 0 } });
    await look();
    expect(await size()).toBe(2);
    await look();
    const why =
      'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    expect(await harness.events('web')).toEqual(
      expect.arrayContaining([
        'Normal SuccessfulRescale New size: 2; reason: Current number of replicas below Spec.MinReplicas',
        `Warning FailedGetResourceMetric failed to get cpu utilization: ${why}`,
        `Warning FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: ${why}`,
      ]),
    );
    const { status } = await harness.get(kinds.horizontalPodAutoscaler, 'web');
    expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 2, currentMetrics: [{ type: '' }] });
    expect(await conditions()).toEqual([
      'AbleToScale=True SucceededGetScale',
      'ScalingActive=False FailedGetResourceMetric',
    ]);
  });

  test('HPA-1 metrics of others are asked for where they would be', async () => {
    await start(false);
    await harness.create(web(2));
    const target = { type: 'AverageValue', averageValue: '10' };
    const selector = { matchLabels: { queue: 'a' } };
    const describedObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'main' };
    await harness.create(
      hpa({
        metrics: [
          { type: 'Pods', pods: { metric: { name: 'hits' }, target } },
          { type: 'External', external: { metric: { name: 'depth', selector }, target } },
          { type: 'Object', object: { metric: { name: 'rate' }, describedObject, target } },
        ],
      }),
    );
    await look();
    const warnings = (await harness.events('web')).filter((e) => e.startsWith('Warning'));
    expect(warnings).toEqual([
      'Warning FailedGetPodsMetric unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
      'Warning FailedGetExternalMetric unable to get external metric default/depth/&LabelSelector{MatchLabels:map[string]string{queue: a,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get depth.external.metrics.k8s.io)',
      'Warning FailedGetObjectMetric unable to get metric rate: Ingress on default main/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
      'Warning FailedComputeMetricsReplicas invalid metrics (3 invalid out of 3), first error is: failed to get pods metric value: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ]);
  });

  test('HPA-2 what cannot be scaled is said', async () => {
    await start(false);
    await harness.create(hpa());
    await look();
    expect((await harness.events('web'))[0]).toBe('Warning FailedGetScale deployments/scale.apps "web" not found');
    expect(await conditions()).toEqual(['AbleToScale=False FailedGetScale']);
    await harness.patch(kinds.horizontalPodAutoscaler, 'web', { spec: { scaleTargetRef: { kind: 'Gadget' } } });
    await look();
    expect((await harness.events('web'))[1]).toBe(
      'Warning FailedGetScale no matches for kind "Gadget" in group "apps"',
    );
  });
});

describe('with metrics', () => {
  beforeEach(async () => {
    await start(true);
    await harness.create(web(2));
  });

  test('HPA-3 the size follows what is used, within a tenth of the target not at all', async () => {
    await harness.create(hpa());
    usage = 54;
    await look(2);
    expect(await size()).toBe(2);
    expect(await conditions()).toEqual([
      'AbleToScale=True ReadyForNewScale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=False DesiredWithinRange',
    ]);
    usage = 100;
    await look();
    expect(await size()).toBe(4);
    expect(await harness.events('web')).toContain(
      'Normal SuccessfulRescale New size: 4; reason: cpu resource utilization (percentage of request) above target',
    );
    const { status } = await harness.get(kinds.horizontalPodAutoscaler, 'web');
    expect(status?.currentMetrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 100, averageValue: '100m' } } },
    ]);
  });

  test('HPA-4 up no faster than twice the size, down only after five quiet minutes', async () => {
    await harness.create(hpa());
    usage = 500;
    await look();
    expect(await size()).toBe(4);
    expect(await conditions()).toContain('ScalingLimited=True ScaleUpLimit');
    await look();
    expect(await size()).toBe(8);
    await look();
    expect(await size()).toBe(10);
    expect(await conditions()).toContain('ScalingLimited=True TooManyReplicas');
    usage = 5;
    await look(10);
    expect(await size()).toBe(10);
    expect(await conditions()).toContain('AbleToScale=True ScaleDownStabilized');
    await look(12);
    expect(await size()).toBe(2);
    expect(await harness.events('web')).toContain(
      'Normal SuccessfulRescale New size: 2; reason: All metrics below target',
    );
  });

  test('HPA-5 policies say how fast, windows how soon', async () => {
    const pods = (value: number) => [{ type: 'Pods', value, periodSeconds: 60 }];
    await harness.create(
      hpa({
        behavior: {
          scaleUp: { policies: pods(1), selectPolicy: 'Max', stabilizationWindowSeconds: 0 },
          scaleDown: { policies: pods(2), selectPolicy: 'Max', stabilizationWindowSeconds: 30 },
        },
      }),
    );
    usage = 500;
    await look();
    expect(await size()).toBe(3);
    await look(3);
    expect(await size()).toBe(3);
    await look();
    expect(await size()).toBe(4);
    usage = 5;
    await look();
    expect(await size()).toBe(4);
    await look(3);
    // The window lasts half a minute; then two a minute go, of the three that there were a minute before.
    expect(await size()).toBe(2);
  });

  test('HPA-6 two that select the same Pods do nothing', async () => {
    await harness.create(hpa());
    await harness.create({ ...hpa(), metadata: { name: 'other' } });
    usage = 100;
    await look(2);
    expect(await harness.events('web')).toContain(
      'Warning AmbiguousSelector pods by selector app=web are controlled by multiple HPAs: [default/other default/web]',
    );
  });

  test('HPA-7 a container that asks for nothing cannot be measured by what it asks for', async () => {
    await harness.create(
      hpa({
        metrics: [
          { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } } },
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '32Mi' } } },
        ],
      }),
    );
    await look();
    const [pod] = await harness.list(kinds.pod);
    const events = (await harness.events('web')).filter((e) => e.includes('FailedGetResourceMetric'));
    expect(events).toEqual([
      expect.stringMatching(
        /^Warning FailedGetResourceMetric failed to get memory utilization: missing request for memory in container main of Pod web-/,
      ),
    ]);
    expect(pod).toBeDefined();
    // The other metric asks for more, so that the one that is missing does not matter.
    expect(await size()).toBe(4);
  });

  test('HPA-8 a size of none is left alone', async () => {
    await harness.patch(kinds.deployment, 'web', { spec: { replicas: 0 } });
    await harness.create(hpa());
    await look();
    expect(await size()).toBe(0);
    expect(await conditions()).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False ScalingDisabled']);
  });
});

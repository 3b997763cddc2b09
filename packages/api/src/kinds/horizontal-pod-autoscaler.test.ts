import { canonical, type Draft } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '../generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.ts';
import { createObject, NOW, testContext } from '../testing/index.ts';
import { horizontalPodAutoscaler as kind } from './horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerV1 as old } from './horizontal-pod-autoscaler-v1.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const metric = { metric: { name: 'rate', selector: { matchLabels: { a: 'b' } } } };

/** Metrics of all types, some measured. */
const full: HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'default', annotations: { mine: 'kept' } },
  spec: {
    scaleTargetRef: target,
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 50 } },
      },
      { type: 'Pods', pods: { ...metric, target: { type: 'AverageValue', averageValue: '10' } } },
      { type: 'Object', object: { ...metric, describedObject: target, target: { type: 'Value', value: '3' } } },
      { type: 'External', external: { ...metric, target: { type: 'AverageValue', averageValue: '4' } } },
    ],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] },
    },
  },
  status: {
    currentReplicas: 3,
    desiredReplicas: 4,
    lastScaleTime: NOW,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12, averageValue: '100m' } } },
      { type: 'Resource', resource: { name: 'memory', current: { averageValue: '512Mi' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', current: { averageUtilization: 7, averageValue: '1' } },
      },
      { type: 'Pods', pods: { ...metric, current: { averageValue: '3' } } },
      { type: 'Object', object: { ...metric, describedObject: target, current: { value: '2' } } },
      { type: 'External', external: { ...metric, current: { value: '0', averageValue: '4' } } },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: NOW, reason: 'R', message: 'M' }],
  },
};

/** What a write of its status leaves. */
function withStatus(sent: HorizontalPodAutoscalerV1, before: HorizontalPodAutoscalerV1): HorizontalPodAutoscalerV1 {
  const draft = structuredClone(sent) as Draft<HorizontalPodAutoscalerV1>;
  old.defaults?.(draft);
  const [status] = old.subresources ?? [];
  if (status?.type === 'update') status.prepareForUpdate(draft, before, testContext());
  return canonical(old.schema, draft as HorizontalPodAutoscalerV1);
}

describe('HorizontalPodAutoscaler', () => {
  test('KND-14 what v1 has no fields for travels in its annotations, and comes back', () => {
    const v1 = old.storedAs?.fromStored(full);
    expect(v1?.spec).toEqual({
      scaleTargetRef: target,
      minReplicas: 2,
      maxReplicas: 5,
      targetCPUUtilizationPercentage: 70,
    });
    expect(v1?.status).toMatchObject({ currentReplicas: 3, currentCPUUtilizationPercentage: 12 });
    const annotations = v1?.metadata.annotations ?? {};
    expect(Object.keys(annotations)).toEqual([
      'mine',
      'autoscaling.alpha.kubernetes.io/metrics',
      'autoscaling.alpha.kubernetes.io/current-metrics',
      'autoscaling.alpha.kubernetes.io/conditions',
      'autoscaling.alpha.kubernetes.io/behavior',
    ]);
    expect(annotations['autoscaling.alpha.kubernetes.io/behavior']).toContain(
      '"ScaleUp":{"StabilizationWindowSeconds":0',
    );
    // What is not set is null.
    expect(annotations['autoscaling.alpha.kubernetes.io/behavior']).toContain('"SelectPolicy":null');
    expect(annotations['autoscaling.alpha.kubernetes.io/behavior']).toContain('"ScaleDown":null');
    expect(JSON.parse(annotations['autoscaling.alpha.kubernetes.io/metrics'] ?? '')[0]).toEqual({
      type: 'Resource',
      resource: { name: 'memory', targetAverageValue: '1Gi' },
    });
    const back = v1 && old.storedAs?.toStored(v1);
    // The share of CPU comes last then, and what is read of the store is defaulted.
    const [cpu, ...others] = full.spec?.metrics ?? [];
    const behavior = {
      scaleUp: { ...full.spec?.behavior?.scaleUp, selectPolicy: 'Max' },
      scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
    };
    const expected = { ...full, spec: { ...full.spec, metrics: [...others, cpu], behavior } };
    expect(canonical(kind.schema, back)).toEqual(canonical(kind.schema, expected));
  });

  test('KND-14 annotations that are no JSON are dropped', () => {
    const v1 = createObject(
      old,
      {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'x', annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '{', mine: 'kept' } },
        spec: { maxReplicas: 3, scaleTargetRef: target },
      },
      testContext(),
    );
    const stored = v1 && (old.storedAs?.toStored(v1) as HorizontalPodAutoscaler);
    expect(stored?.metadata.annotations).toEqual({ mine: 'kept' });
    expect(stored?.spec?.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ]);
  });

  test('KND-14 of a status in v1, annotations win over the field, and both then say the same', () => {
    const annotations = {
      'autoscaling.alpha.kubernetes.io/current-metrics': JSON.stringify([
        { type: 'Resource', resource: { name: 'cpu', currentAverageUtilization: 30, currentAverageValue: '5m' } },
      ]),
      'autoscaling.alpha.kubernetes.io/metrics': JSON.stringify([
        { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      ]),
    };
    const stored = { ...full, metadata: { name: 'web', uid: 'u', resourceVersion: '7' } };
    const before = canonical(old.schema, old.storedAs?.fromStored(stored) as HorizontalPodAutoscalerV1);
    const sent = {
      ...before,
      metadata: { ...before.metadata, annotations },
      status: { currentReplicas: 1, desiredReplicas: 1, currentCPUUtilizationPercentage: 99 },
    };
    const after = withStatus(sent, before);
    expect(after.status).toEqual({ currentReplicas: 1, desiredReplicas: 1, currentCPUUtilizationPercentage: 30 });
    // A status changes nothing else.
    const metrics = 'autoscaling.alpha.kubernetes.io/metrics';
    expect(after.metadata.annotations?.[metrics]).toBe(before.metadata.annotations?.[metrics]);
    expect(withStatus(after, after)).toEqual(after);
  });

  test('KND-14 v2 keeps none of the annotations of v1', () => {
    const name = 'autoscaling.alpha.kubernetes.io/behavior';
    const object = { ...full, metadata: { name: 'web', annotations: { mine: 'kept', [name]: '{}' } } };
    expect(createObject(kind, object, testContext())?.metadata.annotations).toEqual({ mine: 'kept' });
  });

  test('KND-14 the table shows two metrics next to their targets', () => {
    const cells = (object: HorizontalPodAutoscaler): unknown[] =>
      kind.columns.slice(1, 6).map(({ cell }) => cell(object, { nowMs: 0 }));
    expect(cells(full)).toEqual(['Deployment/web', 'cpu: 12%/70%, memory: 512Mi/1Gi + 4 more...', '2', 5, 3]);
    const metrics = full.spec?.metrics?.slice(4);
    const of = (currentMetrics: NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']): unknown =>
      cells({ ...full, spec: { ...full.spec, metrics } as never, status: { desiredReplicas: 0, currentMetrics } })[1];
    expect(of([])).toBe('<unknown>/3, <unknown>/4 (avg)');
    expect(of(full.status?.currentMetrics?.slice(4))).toBe('2/3, 4/4 (avg)');
  });
});

import { canonical } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
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
    expect(JSON.parse(annotations['autoscaling.alpha.kubernetes.io/metrics'] ?? '')[0]).toEqual({
      type: 'Resource',
      resource: { name: 'memory', targetAverageValue: '1Gi' },
    });
    const back = v1 && old.storedAs?.toStored(v1);
    expect(canonical(kind.schema, back)).toEqual(canonical(kind.schema, full));
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

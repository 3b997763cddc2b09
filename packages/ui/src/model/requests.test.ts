import type { Container, Node, Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { requestedOf, requestOf, shortageOf } from './requests.ts';

const container = (cpu: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'nginx',
  resources: { requests: { cpu, memory: '512Mi' } },
  ...more,
});
const pod = (containers: readonly Container[], more: object = {}, phase = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { nodeName: 'node-1', containers, ...more },
  status: { phase },
});
const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { allocatable: { cpu: '4', memory: '8Gi' } },
};

describe('what Pods ask for', () => {
  test('INS-8 containers and sidecars together, or the init container that asks for more, and the overhead', () => {
    const initContainers = [container('300m', { restartPolicy: 'Always' }), container('1')];
    expect(requestOf(pod([container('100m'), container('200m')]), 'cpu')).toBeCloseTo(0.3);
    expect(requestOf(pod([container('500m')], { initContainers, overhead: { cpu: '10m' } }), 'cpu')).toBeCloseTo(1.31);
    expect(requestOf(pod([container('2')], { initContainers }), 'cpu')).toBeCloseTo(2.3);
  });

  test('INS-8 of a node that refuses a Pod, how much is free and how much is asked for; ended Pods ask for nothing', () => {
    const pods = [pod([container('1500m')]), pod([container('3')], {}, 'Succeeded')];
    expect(requestedOf(pods, 'cpu')).toBe(1.5);
    const big = pod([container('6')], { nodeName: undefined }, 'Pending');
    expect(shortageOf('Insufficient cpu', big, node, pods)).toEqual({ free: '2.5', whole: '4', asked: '6' });
    expect(shortageOf('Insufficient memory', big, node, pods)).toEqual({ free: '7.5Gi', whole: '8Gi', asked: '512Mi' });
    expect(shortageOf('node(s) were unschedulable', big, node, pods)).toBeUndefined();
  });
});

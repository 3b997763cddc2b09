import type { Deployment } from '@tabernetes/api/types/apps-v1';

/** A Pod as people write them, but for a scheduler that nobody runs: what becomes of Pods is another suite's business. */
export const podManifest = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'web', tier: 'front' } },
  spec: {
    schedulerName: 'nobody',
    containers: [
      {
        name: 'web',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', value: '1' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
    ],
  },
});

/** As the scheduler tells of a Pod. */
export const eventManifest = (name: string, pod: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod, uid: '1', resourceVersion: '1' },
  reason: 'Scheduled',
  message: `Successfully assigned ${namespace}/${pod} to node-1`,
  source: { component: 'default-scheduler' },
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T00:00:00Z',
  count: 1,
  type: 'Normal',
});

/** Replicas of one container that stays up. */
export const deploymentOf = (name: string, replicas: number, image = 'nginx:1.25'): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent' }] },
    },
  },
});

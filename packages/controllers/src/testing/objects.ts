import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { Pod, PodTemplateSpec } from '@tabernetes/api/types/core-v1';

/** Pods labelled `app: <app>` with one container `main`. */
export const template = (app: string, image = 'nginx:1.25'): PodTemplateSpec => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }] },
});

export const deployment = (name: string, spec: Partial<NonNullable<Deployment['spec']>> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});

export const replicaSet = (name: string, spec: Partial<NonNullable<ReplicaSet['spec']>> = {}): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});

/** Three Pods in order, of `nginx:1`, unless the spec says otherwise. */
export const statefulSet = (name: string, spec: Partial<NonNullable<StatefulSet['spec']>> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name },
  spec: {
    replicas: 3,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: template(name, 'nginx:1'),
    ...spec,
  },
});

/** Pods of `agent:1`, unless the spec says otherwise. */
export const daemonSet = (name: string, spec: Partial<NonNullable<DaemonSet['spec']>> = {}): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(name, 'agent:1'), ...spec },
});

export const pod = (name: string, labels: Readonly<Record<string, string>> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'main', image: 'nginx:1.25' }] },
});

import { type KubeObject, notFound } from '@tabernetes/apimachinery';
import { type Rng, seededRng } from '@tabernetes/base';
import type { Pod } from '../generated/core-v1.ts';
import type { ParentAccess, RequestContext, UnadmittedParent } from '../kind.ts';
import { memoryAllocator } from './pipeline.ts';

/** What tests of the Pod kind share: a request at a fixed time, and a store of one Pod. */

export const NOW = '2025-01-01T00:00:00Z';

export function testContext(changes: Partial<RequestContext> & { readonly rng?: Rng } = {}): RequestContext {
  return {
    user: { name: 'tester', groups: [] },
    now: NOW,
    nowMs: Date.parse(NOW),
    rng: seededRng(1),
    dryRun: false,
    allocators: {
      clusterIPs: memoryAllocator<string>('10.96.0.0/12', (ip) => ip.startsWith('10.96.'), [
        '10.96.0.10',
        '10.96.0.11',
      ]),
      nodePorts: memoryAllocator<number>('30000-32767', (port) => port >= 30_000 && port <= 32_767, [30_001, 30_002]),
    },
    ...changes,
  };
}

/** A Pod that keeps to every rule. */
export const makePod = (spec: Partial<NonNullable<Pod['spec']>> = {}, status: Pod['status'] = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '1', labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'nginx:1.27',
        imagePullPolicy: 'IfNotPresent',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    serviceAccountName: 'default',
    serviceAccount: 'default',
    terminationGracePeriodSeconds: 30,
    ...spec,
  },
  status,
});

/** One object behind the access that create sub-resources have, and what they did to it. */
export class FakeParent<T extends KubeObject> implements ParentAccess<T>, UnadmittedParent<T> {
  object: T | undefined;
  readonly deletions: unknown[] = [];
  readonly #others: readonly KubeObject[];
  readonly #fakes = new Map<string, FakeParent<KubeObject>>();

  constructor(object: T, others: readonly KubeObject[] = []) {
    this.object = object;
    this.#others = others;
    for (const other of others) this.#fakes.set(other.metadata.name ?? '', new FakeParent(other));
  }

  get namespace(): string {
    return this.object?.metadata.namespace ?? '';
  }

  get name(): string {
    return this.object?.metadata.name ?? '';
  }

  admit = async (): Promise<this> => this;

  get = async (): Promise<T> => {
    if (this.object === undefined) throw notFound({ group: '', resource: 'pods' }, this.name);
    return this.object;
  };

  update: ParentAccess<T>['update'] = async (change) => {
    const current = await this.get();
    const draft = structuredClone(current);
    change(draft as Parameters<typeof change>[0], current);
    const resourceVersion = String(Number(current.metadata.resourceVersion ?? '0') + 1);
    this.object = { ...draft, metadata: { ...draft.metadata, resourceVersion } };
    return this.object;
  };

  delete: ParentAccess<T>['delete'] = async (options) => {
    this.deletions.push(options);
  };

  list: ParentAccess<T>['list'] = async () => this.#others;

  find: ParentAccess<T>['find'] = async (_kind, _namespace, name) =>
    this.#others.find(({ metadata }) => metadata.name === name);

  other = (_kind: unknown, _namespace: string, name: string): FakeParent<KubeObject> => {
    const fake = this.#fakes.get(name);
    if (fake === undefined) throw notFound({ group: '', resource: 'others' }, name);
    return fake;
  };

  changeStatus: ParentAccess<T>['changeStatus'] = (kind, namespace, name, change) =>
    this.other(kind, namespace, name).update(change);

  issueToken: ParentAccess<T>['issueToken'] = async () => ({ token: '', expirationTimestamp: NOW });
}

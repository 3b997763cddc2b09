import { kinds } from '@tabernetes/api';
import type { Service } from '@tabernetes/api/types/core-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { addressRange } from './address-range.ts';

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

export interface LoadBalancerOptions {
  /** Addresses that Services get, in CIDR notation; its first and last address are not given. Default `172.18.255.0/24`. */
  readonly range?: string;
}

/**
 * Gives Services of type LoadBalancer an address, as the service controller of a cloud does.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/cloud-provider/controllers/service/controller.go
 */
export function loadBalancerController(context: ControllerContext, options: LoadBalancerOptions = {}): Controller {
  const { client, informers } = context;
  const services = informers.for(kinds.service);
  const write = client.resource(kinds.service);
  const recorder = createEventRecorder(context, { component: 'service-controller' });
  const range = addressRange(options.range ?? '172.18.255.0/24');

  /** Those that stand, by Service: its status no longer says so once it is of another type. */
  const standing = new Set<string>();

  async function clean(service: Service, signal: AbortSignal): Promise<void> {
    const { name = '', namespace } = service.metadata;
    if (standing.delete(objectKey(service)) || addressOf(service) !== undefined)
      recorder.event(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
    const finalizers = (service.metadata.finalizers ?? []).filter((f) => f !== FINALIZER);
    const freed = await write.patch(name, namespace, 'merge', { metadata: { finalizers } }, { signal });
    recorder.event(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
    if (freed.metadata.deletionTimestamp !== undefined) return;
    await write.updateStatus({ ...freed, status: { ...freed.status, loadBalancer: {} } }, { signal });
  }

  async function ensure(service: Service, signal: AbortSignal): Promise<void> {
    const { name = '', namespace, finalizers = [] } = service.metadata;
    recorder.event(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
    let current = service;
    if (!finalizers.includes(FINALIZER))
      current = await write.patch(
        name,
        namespace,
        'merge',
        { metadata: { finalizers: [...finalizers, FINALIZER] } },
        { signal },
      );
    const ip = choose(service);
    if (typeof ip !== 'string') {
      const message = `Error syncing load balancer: failed to ensure load balancer: ${ip.problem}`;
      recorder.event(service, 'Warning', 'SyncLoadBalancerFailed', message);
      throw new TryAgain(ip.problem);
    }
    standing.add(objectKey(service));
    recorder.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
    if (addressOf(service) === ip) return;
    const ingress = [{ ip, ipMode: 'VIP' }];
    await write.updateStatus({ ...current, status: { ...current.status, loadBalancer: { ingress } } }, { signal });
  }

  /** The address that it has or wants, else the first that is free. */
  function choose(service: Service): string | { readonly problem: string } {
    const key = objectKey(service);
    const taken = new Set<string>();
    for (const other of services.lister.list()) {
      const ip = addressOf(other);
      if (ip !== undefined && objectKey(other) !== key) taken.add(ip);
    }
    const wanted = service.spec?.loadBalancerIP;
    if (wanted) {
      if (!range.has(wanted)) return { problem: `address ${wanted} is not in ${range.cidr}` };
      return taken.has(wanted) ? { problem: `address ${wanted} is in use` } : wanted;
    }
    const has = addressOf(service);
    if (has !== undefined && range.has(has) && !taken.has(has)) return has;
    return range.first((ip) => !taken.has(ip)) ?? { problem: `no address of ${range.cidr} is free` };
  }

  /** Tells of changes that a load balancer has to follow. */
  function isNews(service: Service, old: Service): boolean {
    if (needsCleanup(service)) return !needsCleanup(old);
    if (wants(service) !== wants(old)) {
      recorder.event(service, 'Normal', 'Type', `${old.spec?.type} -> ${service.spec?.type}`);
      return true;
    }
    if (!wants(service)) return false;
    for (const [reason, text] of TOLD) {
      const [before, after] = [text(old.spec), text(service.spec)];
      if (before === after) continue;
      recorder.event(service, 'Normal', reason, `${before} -> ${after}`);
      return true;
    }
    return QUIET.some((part) => JSON.stringify(part(old)) !== JSON.stringify(part(service)));
  }

  return createController(context, {
    name: 'service-lb-controller',
    informers: [services],
    baseDelayMs: 5_000,
    maxDelayMs: 300_000,
    watch: (queue) => [
      services.addHandler({
        onAdd: (service) => (wants(service) || needsCleanup(service)) && queue.add(objectKey(service)),
        onUpdate: (service, old) => isNews(service, old) && queue.add(objectKey(service)),
      }),
    ],
    async reconcile(key, signal) {
      const service = services.lister.byKey(key);
      if (service === undefined) return DONE;
      try {
        if (needsCleanup(service)) await clean(service, signal);
        else if (wants(service)) await ensure(service, signal);
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
      }
      return DONE;
    },
  });
}

/** Classes are for others to look after. */
const wants = ({ metadata, spec }: Service): boolean =>
  spec?.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined;

const needsCleanup = ({ metadata, spec }: Service): boolean =>
  metadata.finalizers?.includes(FINALIZER) === true &&
  (metadata.deletionTimestamp !== undefined || spec?.type !== 'LoadBalancer');

const addressOf = ({ status }: Service): string | undefined => status?.loadBalancer?.ingress?.[0]?.ip;

type Text = (spec: Service['spec']) => string;
/** Changes that events tell, in upstream's order and words. */
const TOLD: readonly (readonly [string, Text])[] = [
  ['LoadBalancerSourceRanges', (spec) => `[${(spec?.loadBalancerSourceRanges ?? []).join(' ')}]`],
  ['LoadbalancerIP', (spec) => spec?.loadBalancerIP ?? ''],
  ['ExternalTrafficPolicy', (spec) => spec?.externalTrafficPolicy ?? ''],
  ['HealthCheckNodePort', (spec) => String(spec?.healthCheckNodePort ?? 0)],
];
/** Changes that are followed without a word. */
const QUIET: readonly ((service: Service) => unknown)[] = [
  ({ spec }) => spec?.ports,
  ({ spec }) => spec?.sessionAffinity,
  ({ spec }) => spec?.sessionAffinityConfig,
  ({ metadata }) => metadata.annotations,
];

import { kinds, schemaOf } from '@tabernetes/api';
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Endpoints,
  Pod,
  Service,
} from '@tabernetes/api/types/core-v1';
import { canonical, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { isReady } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { serviceMembership } from '../services/membership.ts';
import { endpointHostname, hasEndpoint, podAddresses, targetPortOn } from '../services/pod-endpoint.ts';
import { triggerTimes, withTriggerTime } from '../services/trigger-times.ts';
import { type PortAddress, packSubsets, truncateSubsets } from './subsets.ts';

const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const MAX_RETRIES = 15;

/**
 * Keeps the Endpoints of every Service that has a selector. Later: it starts when others have run for long, and what has no
 * Service by then was made so.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/endpoint/endpoints_controller.go
 */
export function endpointsController(context: ControllerContext, { isLater = false } = {}): Controller {
  const { client, informers } = context;
  const services = informers.for(kinds.service);
  const pods = informers.for(kinds.pod);
  const endpoints = informers.for(kinds.endpoints);
  const write = client.resource(kinds.endpoints);
  const recorder = createEventRecorder(context, { component: 'endpoint-controller' });
  const membership = serviceMembership(services, pods);
  const times = triggerTimes();

  async function put(service: Service, current: Endpoints | undefined, wanted: Endpoints): Promise<void> {
    const { namespace, name } = service.metadata;
    try {
      if (current === undefined) await write.create(wanted);
      else await write.update(wanted);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (current === undefined && isTerminating(error)) return;
      if (current === undefined) {
        const message = `Failed to create endpoint for service ${namespace}/${name}: ${error.message}`;
        recorder.event(wanted, 'Warning', 'FailedToCreateEndpoint', message);
      } else {
        const message = `Failed to update endpoint ${namespace}/${name}: ${error.message}`;
        recorder.event(wanted, 'Warning', 'FailedToUpdateEndpoint', message);
      }
      throw error;
    }
  }

  return createController(context, {
    name: 'endpoints-controller',
    maxRetries: MAX_RETRIES,
    informers: [services, pods, endpoints],
    watch: (queue) => [
      ...membership.watch(queue),
      endpoints.addHandler({ onDelete: (object) => queue.add(objectKey(object)) }),
    ],
    // Those whose Service went while nobody looked.
    onSynced(queue) {
      if (isLater) return;
      for (const object of endpoints.lister.list())
        if (object.metadata.annotations?.[LEADER] === undefined) queue.add(objectKey(object));
    },
    async reconcile(key) {
      const service = services.lister.byKey(key);
      const current = endpoints.lister.byKey(key);
      if (service === undefined) {
        times.forget(key);
        if (current !== undefined)
          await write.delete(current.metadata.name ?? '', current.metadata.namespace).catch(ignoreNotFound);
        return DONE;
      }
      const selected = membership.podsOf(service);
      if (selected === undefined) return DONE;
      const changed = times.lastChange(service, selected);
      const wanted = endpointsOf(service, current, packSubsets(entriesOf(service, selected)));
      if (current !== undefined && canonical(schemaOf(TYPE), likeHeadless(wanted, current), current) === current)
        return DONE;
      const annotations = withTriggerTime(wanted.metadata.annotations, changed);
      await put(service, current, { ...wanted, metadata: { ...wanted.metadata, annotations } });
      return DONE;
    },
  });
}

const TYPE = 'io.k8s.api.core.v1.Endpoints';

/** The object to store, but for the time of the change. */
function endpointsOf(service: Service, current: Endpoints | undefined, all: readonly EndpointSubset[]): Endpoints {
  const subsets = truncateSubsets(all);
  const { name = '', namespace = '', labels } = service.metadata;
  const { [OVER_CAPACITY]: _, ...annotations } = current?.metadata.annotations ?? {};
  const { [HEADLESS]: __, ...plain } = labels ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    ...current,
    metadata: {
      ...(current?.metadata ?? { name, namespace }),
      labels: hasClusterIP(service) ? plain : { ...plain, [HEADLESS]: '' },
      annotations: subsets === all ? annotations : { ...annotations, [OVER_CAPACITY]: 'truncated' },
    },
    subsets,
  };
}

/** What is said of the Service's address is written with the next change of something else. */
function likeHeadless(wanted: Endpoints, { metadata: { labels: before } }: Endpoints): Endpoints {
  const { [HEADLESS]: _, ...plain } = wanted.metadata.labels ?? {};
  const kept = before?.[HEADLESS];
  const labels = kept === undefined ? plain : { ...plain, [HEADLESS]: kept };
  return { ...wanted, metadata: { ...wanted.metadata, labels } };
}

const hasClusterIP = ({ spec }: Service): boolean => Boolean(spec?.clusterIP) && spec?.clusterIP !== 'None';

/** What each Pod serves of each port. A headless Service may have no ports; its Pods are named all the same. */
function entriesOf(service: Service, pods: readonly Pod[]): readonly PortAddress[] {
  const { ports = [], publishNotReadyAddresses = false, clusterIP } = service.spec ?? {};
  const entries: PortAddress[] = [];
  for (const pod of pods) {
    const address = hasEndpoint(pod, publishNotReadyAddresses) ? addressOf(service, pod) : undefined;
    if (address === undefined) continue;
    const ready = publishNotReadyAddresses || isReady(pod);
    if (ports.length === 0 && clusterIP === 'None') entries.push({ address, ready });
    for (const servicePort of ports) {
      const number = targetPortOn(pod, servicePort);
      if (number === undefined) continue;
      const { name, protocol = 'TCP', appProtocol } = servicePort;
      const port: EndpointPort = {
        ...(name && { name }),
        port: number,
        protocol,
        ...(appProtocol !== undefined && { appProtocol }),
      };
      entries.push({ address, port, ready });
    }
  }
  return entries;
}

function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const [family = 'IPv4'] = service.spec?.ipFamilies ?? [];
  const [ip] = podAddresses(pod, family === 'IPv6' ? 'IPv6' : 'IPv4');
  if (ip === undefined) return undefined;
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  return {
    ip,
    ...(hostname !== undefined && { hostname }),
    nodeName: pod.spec?.nodeName ?? '',
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
}

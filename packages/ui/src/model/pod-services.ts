import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { Objects } from './related.ts';

/** Whether a Service sends requests to a Pod, or why not. */
export type ServiceAnswer =
  | { readonly answer: 'sends' | 'leaving' | 'notReady' | 'noAddress' | 'notYet' }
  /** Its selector asks for a label that the Pod has not, or has with another value. */
  | { readonly answer: 'labels'; readonly wanted: string; readonly has: string };

export type PodService = ServiceAnswer & { readonly service: string };

/** Services that nearly select a Pod are told of, and of a Pod that none selects no more than these. */
const MOST_OTHERS = 3;

/**
 * The Services of the namespace of a Pod that select it, and whether they send requests there; after them those whose selector
 * has something in common with it, or, when none selects it, a few others.
 */
export function servicesOf(pod: Pod, world: Objects): readonly PodService[] {
  const { namespace, labels = {} } = pod.metadata;
  const chosen: PodService[] = [];
  const near: PodService[] = [];
  const others: PodService[] = [];
  for (const service of world.list('Service') as readonly Service[]) {
    const { name = '' } = service.metadata;
    const wanted = Object.entries(service.spec?.selector ?? {});
    if (service.metadata.namespace !== namespace || wanted.length === 0) continue;
    const wrong = wanted.find(([key, value]) => labels[key] !== value);
    if (wrong === undefined) {
      chosen.push({ service: name, answer: answerOf(pod, name, world) });
      continue;
    }
    const [key, value] = wrong;
    const own = labels[key];
    const has = own === undefined ? '' : `${key}=${own}`;
    const isNear = wanted.some(([each, its]) => labels[each] === its);
    (isNear ? near : others).push({ service: name, answer: 'labels', wanted: `${key}=${value}`, has });
  }
  return [...chosen, ...near, ...(chosen.length === 0 ? others.slice(0, MOST_OTHERS) : [])];
}

function answerOf(pod: Pod, service: string, world: Objects): Exclude<ServiceAnswer['answer'], 'labels'> {
  const { namespace, uid, deletionTimestamp } = pod.metadata;
  const own = (world.list('EndpointSlice') as readonly EndpointSlice[])
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service,
    )
    .flatMap(({ endpoints }) => endpoints ?? [])
    .find(({ targetRef }) => targetRef?.uid === uid);
  if (own?.conditions?.ready === true) return 'sends';
  if (deletionTimestamp !== undefined) return 'leaving';
  if ((pod.status?.podIP ?? '') === '') return 'noAddress';
  const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return isReady === true ? 'notYet' : 'notReady';
}

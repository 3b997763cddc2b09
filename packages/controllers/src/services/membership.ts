import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Informer, WorkQueue } from '@tabernetes/client';
import { endpointChanged, membershipChanged } from './pod-endpoint.ts';

/** Index of Pods by each of their labels, see {@link labelKey}. */
export const BY_LABEL = 'label';
/** Changes of Pods that come together, as in a rollout, are worth one look at the Service. */
const BATCH_MS = 1;

export interface Membership {
  /** The Pods that a Service selects, whatever their state; undefined: it has no selector, or names another host. */
  podsOf(service: Service): readonly Pod[] | undefined;
  /** Adds the keys of Services when they, or Pods that they select, change. */
  watch(queue: Pick<WorkQueue, 'add' | 'addAfter'>): readonly Disposable[];
}

export function indexByLabel(pods: Informer<Pod>): void {
  pods.addIndex(
    BY_LABEL,
    ({ metadata: { namespace = '', labels = {} } }) =>
      Object.entries(labels).map(([key, value]) => labelKey(namespace, key, value)),
    ({ metadata }) => metadata.labels,
  );
}

/** Which Pods stand behind which Services. */
export function serviceMembership(services: Informer<Service>, pods: Informer<Pod>): Membership {
  indexByLabel(pods);

  const servicesOf = ({ metadata: { namespace, labels = {} } }: Pod): readonly string[] =>
    services.lister
      .list(namespace)
      .filter(({ spec }) => spec?.selector !== undefined && selects(spec.selector, labels))
      .map(objectKey);

  return {
    podsOf({ metadata: { namespace = '' }, spec }) {
      const { selector, type } = spec ?? {};
      if (selector === undefined || type === 'ExternalName') return undefined;
      const [first] = Object.entries(selector);
      // The API takes no empty selector; as everywhere, it would select everything.
      if (first === undefined) return pods.lister.list(namespace);
      return pods.lister
        .byIndex(BY_LABEL, labelKey(namespace, ...first))
        .filter(({ metadata }) => selects(selector, metadata.labels ?? {}));
    },
    watch(queue) {
      const addAll = (keys: Iterable<string>): void => {
        for (const key of keys) queue.addAfter(key, BATCH_MS);
      };
      const add = (service: Service): void => queue.add(objectKey(service));
      return [
        services.addHandler({ onAdd: add, onUpdate: add, onDelete: add }),
        pods.addHandler({
          onAdd: (pod) => addAll(servicesOf(pod)),
          onUpdate(pod, old) {
            const changed = endpointChanged(pod, old);
            const moved = membershipChanged(pod, old);
            if (changed || moved) addAll(servicesOf(pod));
            if (moved) addAll(servicesOf(old));
          },
          onDelete: (pod) => addAll(servicesOf(pod)),
        }),
      ];
    },
  };
}

/** What {@link BY_LABEL} files a Pod under. */
export const labelKey = (namespace: string, key: string, value: string): string => `${namespace} ${key}=${value}`;

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}

import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { Ingress } from '@tabernetes/api/types/networking-v1';
import { type KubeObject, labelSelectorAsSelector, type Selector, selectorFromLabels } from '@tabernetes/apimachinery';
import type { ObjectName } from '../app/selection.tsx';

/** What one object is to another, as it says itself. */
export type Relation =
  | 'ownedBy'
  | 'runsOn'
  | 'uses'
  | 'actsAs'
  | 'routesTo'
  | 'scales'
  | 'boundTo'
  | 'ofClass'
  | 'endpointsOf'
  | 'sendsTo'
  | 'grants'
  | 'grantsTo'
  | 'selects'
  | 'appliesTo';

export interface Reference extends ObjectName {
  readonly relation: Relation;
}

/** Pods that an object names by their labels. */
export interface Choice {
  readonly relation: Relation;
  readonly namespace: string;
  readonly selector: Selector;
}

interface References {
  readonly names: readonly Reference[];
  readonly choices: readonly Choice[];
}

/** Objects never change, so what was read in one stays true. */
const known = new WeakMap<KubeObject, References>();

/** All that an object refers to, whether it is there or not. */
export function referencesOf(object: KubeObject): References {
  const before = known.get(object);
  if (before !== undefined) return before;
  const names: Reference[] = [];
  const choices: Choice[] = [];
  const { namespace = '', ownerReferences = [], labels = {} } = object.metadata;
  const add = (relation: Relation, kind: string | undefined, name: string | undefined, home = namespace): void => {
    if (kind === undefined || name === undefined || name === '') return;
    const reference = { relation, kind, namespace: UNBOUND.has(kind) ? '' : home, name };
    if (!names.some((each) => idOf(each) === idOf(reference) && each.relation === relation)) names.push(reference);
  };
  for (const { kind, name } of ownerReferences) add('ownedBy', kind, name);
  const read = READERS[object.kind];
  read?.(object, add, (relation, selector) => choices.push({ relation, namespace, selector }));
  if (object.kind === 'EndpointSlice') add('endpointsOf', 'Service', labels['kubernetes.io/service-name']);
  const references = { names, choices };
  known.set(object, references);
  return references;
}

export const idOf = ({ kind, namespace, name }: ObjectName): string => `${kind}/${namespace}/${name}`;

/** Kinds that have no namespace and that others refer to. */
const UNBOUND = new Set(['Node', 'PersistentVolume', 'StorageClass', 'IngressClass', 'ClusterRole', 'PriorityClass']);

type Add = (relation: Relation, kind: string | undefined, name: string | undefined, home?: string) => void;
type Choose = (relation: Relation, selector: Selector) => void;
type Reader = (object: KubeObject, add: Add, choose: Choose) => void;

const READERS: Readonly<Record<string, Reader>> = {
  Pod(object, add) {
    const { spec } = object as Pod;
    add('runsOn', 'Node', spec?.nodeName);
    for (const [kind, name] of mountsOf(object as Pod)) add('uses', kind, name);
    for (const { name } of spec?.imagePullSecrets ?? []) add('uses', 'Secret', name);
    add('actsAs', 'ServiceAccount', spec?.serviceAccountName);
    add('ofClass', 'PriorityClass', spec?.priorityClassName);
  },
  Service(object, _, choose) {
    const { selector } = (object as Service).spec ?? {};
    if (selector !== undefined && Object.keys(selector).length > 0) choose('selects', selectorFromLabels(selector));
  },
  EndpointSlice(object, add) {
    for (const { targetRef } of (object as EndpointSlice).endpoints ?? [])
      add('sendsTo', targetRef?.kind, targetRef?.name);
  },
  Ingress(object, add) {
    const { spec } = object as Ingress;
    add('ofClass', 'IngressClass', spec?.ingressClassName);
    add('routesTo', 'Service', spec?.defaultBackend?.service?.name);
    for (const { http } of spec?.rules ?? [])
      for (const { backend } of http?.paths ?? []) add('routesTo', 'Service', backend.service?.name);
    for (const { secretName } of spec?.tls ?? []) add('uses', 'Secret', secretName);
  },
  HorizontalPodAutoscaler(object, add) {
    const { scaleTargetRef: target } = specOf<{ readonly scaleTargetRef?: Target }>(object);
    add('scales', target?.kind, target?.name);
  },
  PersistentVolumeClaim(object, add) {
    const { volumeName, storageClassName } = specOf<{
      readonly volumeName?: string;
      readonly storageClassName?: string;
    }>(object);
    add('boundTo', 'PersistentVolume', volumeName);
    add('ofClass', 'StorageClass', storageClassName);
  },
  PersistentVolume(object, add) {
    const { claimRef, storageClassName } = specOf<{
      readonly claimRef?: { readonly name?: string; readonly namespace?: string };
      readonly storageClassName?: string;
    }>(object);
    add('boundTo', 'PersistentVolumeClaim', claimRef?.name, claimRef?.namespace);
    add('ofClass', 'StorageClass', storageClassName);
  },
  StatefulSet(object, add) {
    add('uses', 'Service', specOf<{ readonly serviceName?: string }>(object).serviceName);
  },
  PodDisruptionBudget(object, _, choose) {
    choose('appliesTo', labelSelectorAsSelector(specOf<{ readonly selector?: object }>(object).selector));
  },
  NetworkPolicy(object, _, choose) {
    choose('appliesTo', labelSelectorAsSelector(specOf<{ readonly podSelector?: object }>(object).podSelector ?? {}));
  },
  RoleBinding: bindingOf,
  ClusterRoleBinding: bindingOf,
};

function bindingOf(object: KubeObject, add: Add): void {
  const { roleRef, subjects = [] } = object as {
    readonly roleRef?: Target;
    readonly subjects?: readonly (Target & { readonly namespace?: string })[];
  };
  add('grants', roleRef?.kind, roleRef?.name);
  for (const { kind, name, namespace } of subjects)
    if (kind === 'ServiceAccount') add('grantsTo', kind, name, namespace);
}

interface Target {
  readonly kind?: string;
  readonly name?: string;
}

const specOf = <Spec>(object: KubeObject): Partial<Spec> => (object as { readonly spec?: Partial<Spec> }).spec ?? {};

/** ConfigMaps, Secrets and claims that the containers of a Pod see, as kind and name. */
function mountsOf({ spec }: Pod): readonly (readonly [string, string])[] {
  const mounts: (readonly [string, string])[] = [];
  const add = (kind: string, name: string | undefined): void => {
    if (name !== undefined && name !== '') mounts.push([kind, name]);
  };
  for (const { configMap, secret, persistentVolumeClaim, projected } of spec?.volumes ?? []) {
    add('ConfigMap', configMap?.name);
    add('Secret', secret?.secretName);
    add('PersistentVolumeClaim', persistentVolumeClaim?.claimName);
    for (const source of projected?.sources ?? []) {
      add('ConfigMap', source.configMap?.name);
      add('Secret', source.secret?.name);
    }
  }
  for (const { env = [], envFrom = [] } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    for (const { valueFrom } of env) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name);
      add('Secret', valueFrom?.secretKeyRef?.name);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add('ConfigMap', configMapRef?.name);
      add('Secret', secretRef?.name);
    }
  }
  return mounts;
}

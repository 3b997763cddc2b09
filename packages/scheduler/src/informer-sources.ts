import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { type KubeObject, objectKey, type Selector, selectorFromLabels } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Informer, InformerFactory } from '@tabernetes/client';
import type { ClusterEvent, EventResource } from './framework/events.ts';
import { selectorOf } from './snapshot/affinity-term.ts';
import type { ClusterSources } from './snapshot/sources.ts';
import { storageClassOf } from './volumes/claims.ts';

/** Volumes and claims as they will be when what was decided has been written. */
export interface AssumedVolumes {
  assumeVolume(volume: PersistentVolume): void;
  assumeClaim(claim: PersistentVolumeClaim): void;
  /** The write has failed, or is seen. */
  forgetVolume(name: string): void;
  forgetClaim(key: string): void;
}

export interface InformerSources extends ClusterSources, AssumedVolumes, Disposable {
  /** Calls back on every change of a claim. */
  onClaim(callback: (key: string) => void): Disposable;
}

/**
 * What plugins look up, from shared informers. Asks the factory for every kind it needs: start the factory afterwards.
 *
 * @param onEvent told of changes that may make Pods schedulable
 */
export function informerSources(informers: InformerFactory, onEvent: (event: ClusterEvent) => void): InformerSources {
  const namespaces = informers.for(kinds.namespace);
  const services = informers.for(kinds.service);
  const replicaSets = informers.for(kinds.replicaSet);
  const statefulSets = informers.for(kinds.statefulSet);
  const replicationControllers = informers.for(kinds.replicationController);
  const claims = informers.for(kinds.persistentVolumeClaim);
  const volumes = informers.for(kinds.persistentVolume);
  const storageClasses = informers.for(kinds.storageClass);
  const csiNodes = informers.for(kinds.csiNode);
  const csiDrivers = informers.for(kinds.csiDriver);
  const capacities = informers.for(kinds.csiStorageCapacity);
  const attachments = informers.for(kinds.volumeAttachment);
  const budgets = informers.for(kinds.podDisruptionBudget);
  volumes.addIndex(BY_CLASS, (volume) => [storageClassOf(volume)]);
  attachments.addIndex(BY_NODE, ({ spec }) => [spec.nodeName]);

  const assumedVolumes = new Map<string, PersistentVolume>();
  const assumedClaims = new Map<string, PersistentVolumeClaim>();
  const claimCallbacks = new Set<(key: string) => void>();
  const current = (volume: PersistentVolume): PersistentVolume =>
    assumedVolumes.get(volume.metadata.name ?? '') ?? volume;

  const handlers: Disposable[] = [
    claims.addHandler(
      each((object) => {
        const key = objectKey(object);
        assumedClaims.delete(key);
        for (const callback of claimCallbacks) callback(key);
      }),
    ),
    volumes.addHandler(each(({ metadata }) => void assumedVolumes.delete(metadata.name ?? ''))),
  ];
  const tell = <T extends KubeObject>(informer: Informer<T>, resource: EventResource): void => {
    handlers.push(
      informer.addHandler({
        onAdd: (object) => onEvent({ resource, action: 'Add', object }),
        onUpdate: (object, old) => onEvent({ resource, action: 'Update', object, old }),
        onDelete: (object) => onEvent({ resource, action: 'Delete', object }),
      }),
    );
  };
  tell(claims, 'PersistentVolumeClaim');
  tell(volumes, 'PersistentVolume');
  tell(storageClasses, 'StorageClass');
  tell(csiNodes, 'CSINode');
  tell(csiDrivers, 'CSIDriver');
  tell(capacities, 'CSIStorageCapacity');
  tell(attachments, 'VolumeAttachment');

  return {
    namespaceLabels: (name) => namespaces.lister.get(name)?.metadata.labels,
    namespaces: () =>
      namespaces.lister.list().map(({ metadata }) => ({ name: metadata.name ?? '', labels: metadata.labels })),
    services: (namespace) => services.lister.list(namespace),
    controllerSelector(namespace, apiVersion, kind, name): Selector | undefined {
      switch (`${apiVersion} ${kind}`) {
        case 'apps/v1 ReplicaSet': {
          const owner = replicaSets.lister.get(name, namespace);
          return owner && selectorOf(owner.spec?.selector);
        }
        case 'apps/v1 StatefulSet': {
          const owner = statefulSets.lister.get(name, namespace);
          return owner && selectorOf(owner.spec?.selector);
        }
        case 'v1 ReplicationController': {
          const owner = replicationControllers.lister.get(name, namespace);
          return owner && selectorFromLabels(owner.spec?.selector);
        }
        default:
          return undefined;
      }
    },
    claim: (key) => assumedClaims.get(key) ?? claims.lister.byKey(key),
    volume: (name) => assumedVolumes.get(name) ?? volumes.lister.get(name),
    volumesOfClass(storageClass) {
      const found = volumes.lister.byIndex(BY_CLASS, storageClass);
      return assumedVolumes.size === 0 ? found : found.map(current);
    },
    storageClass: (name) => storageClasses.lister.get(name),
    csiNode: (name) => csiNodes.lister.get(name),
    csiDriver: (name) => csiDrivers.lister.get(name),
    storageCapacities: () => capacities.lister.list(),
    volumeAttachments: (node) => attachments.lister.byIndex(BY_NODE, node),
    disruptionBudgets: (namespace) => budgets.lister.list(namespace),

    assumeVolume: (volume) => void assumedVolumes.set(volume.metadata.name ?? '', volume),
    assumeClaim: (claim) => void assumedClaims.set(objectKey(claim), claim),
    forgetVolume: (name) => void assumedVolumes.delete(name),
    forgetClaim: (key) => void assumedClaims.delete(key),
    onClaim(callback) {
      claimCallbacks.add(callback);
      return { dispose: () => void claimCallbacks.delete(callback) };
    },
    dispose() {
      for (const handler of handlers) handler.dispose();
    },
  };
}

const BY_CLASS = 'storageClassName';
const BY_NODE = 'nodeName';

const each = <T>(call: (object: T) => void) => ({ onAdd: call, onUpdate: call, onDelete: call });

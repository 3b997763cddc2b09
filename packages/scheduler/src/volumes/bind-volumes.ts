import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import type { InformerSources } from '../informer-sources.ts';
import { BOUND_BY_CONTROLLER, isFullyBound, SELECTED_NODE } from './claims.ts';
import type { VolumeDecisions } from './find-pod-volumes.ts';

export interface BindVolumesDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly sources: InformerSources;
  readonly informers: InformerFactory;
}

/** What was decided, as the objects that are to be written. */
export interface AssumedDecisions {
  readonly nodeName: string;
  readonly volumes: readonly PersistentVolume[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** Claims that get a volume which is there, as `namespace/name`, and that volume. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** Reserve: from now on nobody else gets these volumes. */
export function assumeVolumes(
  { bindings, provisions }: VolumeDecisions,
  nodeName: string,
  sources: InformerSources,
): AssumedDecisions {
  const volumes = bindings
    .filter(({ volume }) => volume.spec?.claimRef?.uid === undefined)
    .map(({ claim, volume }) => boundTo(volume, claim));
  const claims = provisions.map((claim) => withNode(claim, nodeName));
  for (const volume of volumes) sources.assumeVolume(volume);
  for (const claim of claims) sources.assumeClaim(claim);
  return {
    nodeName,
    volumes,
    claims,
    bindings: new Map(bindings.map(({ claim, volume }) => [objectKey(claim), volume.metadata.name ?? ''])),
  };
}

/** Unreserve. */
export function forgetVolumes({ volumes, claims }: AssumedDecisions, sources: InformerSources): void {
  for (const { metadata } of volumes) sources.forgetVolume(metadata.name ?? '');
  for (const claim of claims) sources.forgetClaim(objectKey(claim));
}

/**
 * PreBind: writes the decisions and waits until the controllers of volumes have bound every claim.
 *
 * @throws {StatusError} when a write is refused
 * @throws {Error} when a claim is not bound in ten minutes, its provisioner gives up, or the Pod is gone
 */
export async function bindVolumes(
  { client, clock, sources, informers }: BindVolumesDeps,
  pod: Pod,
  decisions: AssumedDecisions,
  signal: AbortSignal,
): Promise<void> {
  const { nodeName, volumes, claims } = decisions;
  for (const volume of volumes) await client.resource(kinds.persistentVolume).update(volume, { signal });
  for (const claim of claims) await client.resource(kinds.persistentVolumeClaim).update(claim, { signal });
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const whoIsGone = (): string | undefined => {
    const { name, namespace, uid } = pod.metadata;
    if (nodes.lister.get(nodeName) === undefined)
      return `failed to get node "${nodeName}": node "${nodeName}" not found`;
    if (pods.lister.get(name ?? '', namespace)?.metadata.uid === uid) return undefined;
    return `pod does not exist any more: pod "${name}" not found`;
  };
  const isBound = (): boolean => {
    const problem = whoIsGone() ?? bindingProblem(decisions, sources);
    if (problem !== undefined) throw new Error(`binding volumes: ${problem}`);
    return waitedFor(decisions).every((key) => {
      const claim = sources.claim(key);
      return claim !== undefined && isFullyBound(claim);
    });
  };
  if (isBound()) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (end: () => void): void => {
      for (const disposable of [...watches, timer]) disposable.dispose();
      signal.removeEventListener('abort', aborted);
      end();
    };
    const aborted = (): void => settle(() => reject(signal.reason));
    const look = (): void => {
      try {
        if (isBound()) settle(resolve);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const watches = [
      sources.onClaim((key) => {
        if (waitedFor(decisions).includes(key)) look();
      }),
      pods.addHandler({ onDelete: ({ metadata }) => metadata.uid === pod.metadata.uid && look() }),
      nodes.addHandler({ onDelete: ({ metadata }) => metadata.name === nodeName && look() }),
    ];
    // A provisioner may never come: nobody should wait for that.
    const timer = clock.setTimer(
      BIND_TIMEOUT_MS,
      () => settle(() => reject(new Error('binding volumes: context deadline exceeded'))),
      { background: true },
    );
    signal.addEventListener('abort', aborted);
  });
}

const waitedFor = ({ bindings, claims }: AssumedDecisions): readonly string[] => [
  ...bindings.keys(),
  ...claims.map(objectKey),
];

/** Why waiting is of no use. */
function bindingProblem(
  { nodeName, bindings, claims }: AssumedDecisions,
  sources: InformerSources,
): string | undefined {
  for (const [key, name] of bindings) {
    const volume = sources.volume(name);
    if (volume === undefined) return `failed to check binding: could not find v1.PersistentVolume "${name}"`;
    if (sources.claim(key) === undefined)
      return `failed to check binding: could not find v1.PersistentVolumeClaim "${key}"`;
    if (!volume.spec?.claimRef?.uid) return `ClaimRef got reset for pv "${name}"`;
  }
  for (const key of claims.map(objectKey)) {
    const claim = sources.claim(key);
    if (claim === undefined)
      return `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "${key}"`;
    const { name, annotations } = claim.metadata;
    if (annotations === undefined) return `selectedNode annotation reset for PVC "${name}"`;
    // A provisioner that cannot serve the node takes the annotation away.
    if (annotations[SELECTED_NODE] !== nodeName) return `provisioning failed for PVC "${name}"`;
  }
  return undefined;
}

const BIND_TIMEOUT_MS = 600_000;

const boundTo = (volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume => ({
  ...volume,
  metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } },
  spec: {
    ...volume.spec,
    claimRef: {
      kind: 'PersistentVolumeClaim',
      namespace: claim.metadata.namespace ?? '',
      name: claim.metadata.name ?? '',
      uid: claim.metadata.uid ?? '',
      apiVersion: 'v1',
      resourceVersion: claim.metadata.resourceVersion ?? '',
    },
  },
});

const withNode = (claim: PersistentVolumeClaim, nodeName: string): PersistentVolumeClaim => ({
  ...claim,
  metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName } },
});

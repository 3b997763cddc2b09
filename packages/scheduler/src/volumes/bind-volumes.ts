import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import type { InformerSources } from '../informer-sources.ts';
import { BOUND_BY_CONTROLLER, isFullyBound, SELECTED_NODE } from './claims.ts';
import type { VolumeDecisions } from './find-pod-volumes.ts';

export interface BindVolumesDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly sources: InformerSources;
}

/** What was decided, as the objects that are to be written. */
export interface AssumedDecisions {
  readonly volumes: readonly PersistentVolume[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** All claims that must be bound in the end, as `namespace/name`. */
  readonly waitFor: readonly string[];
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
  return { volumes, claims, waitFor: [...bindings.map(({ claim }) => claim), ...claims].map(objectKey) };
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
 * @throws {Error} when a claim is not bound in ten minutes, or its provisioner gives up
 */
export async function bindVolumes(
  { client, clock, sources }: BindVolumesDeps,
  { volumes, claims, waitFor }: AssumedDecisions,
  signal: AbortSignal,
): Promise<void> {
  for (const volume of volumes) await client.resource(kinds.persistentVolume).update(volume, { signal });
  for (const claim of claims) await client.resource(kinds.persistentVolumeClaim).update(claim, { signal });
  const pending = (): boolean =>
    waitFor.some((key) => {
      const claim = sources.claim(key);
      if (claim === undefined) throw new Error(`persistentvolumeclaim "${key.split('/')[1]}" not found`);
      if (claims.some((c) => objectKey(c) === key) && claim.metadata.annotations?.[SELECTED_NODE] === undefined)
        throw new Error(`selectedNode annotation reset for PVC "${key.split('/')[1]}"`);
      return !isFullyBound(claim);
    });
  if (!pending()) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (end: () => void): void => {
      watch.dispose();
      timer.dispose();
      signal.removeEventListener('abort', aborted);
      end();
    };
    const aborted = (): void => settle(() => reject(signal.reason));
    const watch = sources.onClaim((key) => {
      if (!waitFor.includes(key)) return;
      try {
        if (!pending()) settle(resolve);
      } catch (error) {
        settle(() => reject(error));
      }
    });
    // A provisioner may never come: nobody should wait for that.
    const timer = clock.setTimer(
      BIND_TIMEOUT_MS,
      () => settle(() => reject(new Error('binding volumes: context deadline exceeded'))),
      { background: true },
    );
    signal.addEventListener('abort', aborted);
  });
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

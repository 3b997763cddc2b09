import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { type Clock, nextTurn } from '@tabernetes/base';
import type { Client, EventRecorder, EventType } from '@tabernetes/client';
import { annotated, BIND_COMPLETED, BOUND_BY_CONTROLLER, hasAnnotation, isBoundTo } from './volume-facts.ts';

/** An event that is told when, and only when, a phase changes. */
export interface Told {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

/** The writes of the binder. Each returns the object as it is then; what has nothing to change writes nothing. */
export interface Binding {
  /** Binds both to each other. The volume first, so that nobody else gets it. */
  bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void>;
  /** Gives a volume back; one that its maker keeps for a claim stays kept for the next of that name. */
  unbind(volume: PersistentVolume): Promise<void>;
  volumePhase(volume: PersistentVolume, phase: string, told?: Told): Promise<PersistentVolume>;
  /** `volume`: what the claim is bound to, whose modes and size it then has. */
  claimPhase(
    claim: PersistentVolumeClaim,
    phase: string,
    volume?: PersistentVolume,
    told?: Told,
  ): Promise<PersistentVolumeClaim>;
}

export interface BindingDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
}

export function createBinding({ client, clock, recorder }: BindingDeps): Binding {
  const volumes = client.resource(kinds.persistentVolume);
  const claims = client.resource(kinds.persistentVolumeClaim);

  async function bindVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolume> {
    const { claimRef } = volume.spec ?? {};
    const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata;
    const refers = claimRef?.name === name && claimRef.namespace === namespace && claimRef.uid === uid;
    const marks = !isBoundTo(volume, claim) && !hasAnnotation(volume, BOUND_BY_CONTROLLER);
    if (refers && !marks) return volume;
    const ref = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
    const marked = marks ? annotated(volume, { [BOUND_BY_CONTROLLER]: 'yes' }) : volume;
    const bound = await volumes.update(refers ? marked : { ...marked, spec: { ...marked.spec, claimRef: ref } });
    // Over a network, the watch brings the news to whoever looks after volumes before the answer is here. In process it
    // would be the other way round, and claims that name their volume would be bound sooner than they are.
    await clock.hold(nextTurn());
    return bound;
  }

  async function bindClaim(
    claim: PersistentVolumeClaim,
    { metadata }: PersistentVolume,
  ): Promise<PersistentVolumeClaim> {
    const named = claim.spec?.volumeName === metadata.name;
    if (named && hasAnnotation(claim, BIND_COMPLETED)) return claim;
    const marked = annotated(claim, { ...(!named && { [BOUND_BY_CONTROLLER]: 'yes' }), [BIND_COMPLETED]: 'yes' });
    return await claims.update({ ...marked, spec: { ...marked.spec, volumeName: metadata.name ?? '' } });
  }

  const binding: Binding = {
    async bind(volume, claim) {
      const held = await binding.volumePhase(await bindVolume(volume, claim), 'Bound');
      await binding.claimPhase(await bindClaim(claim, held), 'Bound', held);
    },
    async unbind(volume) {
      const { claimRef, ...spec } = volume.spec ?? {};
      const { [BOUND_BY_CONTROLLER]: byUs, ...annotations } = volume.metadata.annotations ?? {};
      const { uid: _uid, ...kept } = claimRef ?? {};
      const freed =
        byUs === undefined
          ? { ...volume, spec: { ...spec, claimRef: kept } }
          : { ...volume, metadata: { ...volume.metadata, annotations }, spec };
      await binding.volumePhase(await volumes.update(freed), 'Available');
    },
    async volumePhase(volume, phase, told) {
      if (volume.status?.phase === phase) return volume;
      const { message: _message, ...status } = volume.status ?? {};
      const message = told && { message: told.message };
      const written = await volumes.updateStatus({ ...volume, status: { ...status, phase, ...message } });
      if (told !== undefined) recorder.event(written, told.type, told.reason, told.message);
      return written;
    },
    async claimPhase(claim, phase, volume, told) {
      if (told !== undefined && claim.status?.phase === phase) return claim;
      const written = await claims.updateStatus({ ...claim, status: claimStatus(claim, phase, volume) });
      if (told !== undefined) recorder.event(written, told.type, told.reason, told.message);
      return written;
    },
  };
  return binding;
}

/** Size that the file system of a volume still has while the volume under it is larger already. */
const PRE_RESIZE = 'volume.alpha.kubernetes.io/pre-resize-capacity';

function claimStatus(
  { status = {} }: PersistentVolumeClaim,
  phase: string,
  volume: PersistentVolume | undefined,
): NonNullable<PersistentVolumeClaim['status']> {
  const { accessModes: _modes, capacity, currentVolumeAttributesClassName: _attributes, ...rest } = status;
  if (volume === undefined) return { ...rest, phase };
  const { accessModes = [], capacity: size = {} } = volume.spec ?? {};
  const before = volume.metadata.annotations?.[PRE_RESIZE];
  // The size is that of the volume when it becomes bound; afterwards it is for those to say who resize it.
  const now = status.phase === phase ? capacity : before === undefined ? size : { ...capacity, storage: before };
  return { ...rest, accessModes, ...(now !== undefined && { capacity: now }), phase };
}

import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { Client, EventRecorder, Lister } from '@tabernetes/client';
import { isFinished } from '../pods/pod-state.ts';
import { PODS_BY_CLAIM } from '../volumes/claim-keys.ts';
import type { Binding } from './binding.ts';
import { findVolume, mismatch } from './match-volume.ts';
import {
  annotated,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  claimKeyOf,
  classOf,
  defaultClass,
  hasAnnotation,
  hasClass,
  isBoundTo,
  PROVISIONER,
  PROVISIONER_BETA,
  SELECTED_NODE,
} from './volume-facts.ts';
import { HOST_PATH, HOST_PATH_OFF, provisionerOf } from './volume-plugins.ts';

/** Indexes of volumes: by class, and by the claim that they are kept for. */
export const BY_CLASS = 'storageClass';
export const BY_CLAIM_REF = 'claimRef';

export interface ClaimDeps {
  readonly client: Client;
  readonly volumes: Lister<PersistentVolume>;
  readonly classes: Lister<StorageClass>;
  readonly pods: Lister<Pod>;
  readonly binding: Binding;
  readonly recorder: EventRecorder;
}

/** Brings one claim closer to being bound. StatusErrors propagate: the next resync tries again. */
export function claimSync(deps: ClaimDeps): (claim: PersistentVolumeClaim) => Promise<void> {
  const { client, volumes, classes, pods, binding, recorder } = deps;
  const claims = client.resource(kinds.persistentVolumeClaim);
  /** Claims whose provisioner we have just named, by the version that made: the news of our own write is no news. */
  const announced = new Map<string, string>();

  return (claim) => (hasAnnotation(claim, BIND_COMPLETED) ? bound(claim) : unbound(claim));

  async function unbound(claim: PersistentVolumeClaim): Promise<void> {
    if (claim.spec?.volumeName) return await named(claim, claim.spec.volumeName);
    const late = bindsLate(claim);
    const volume = findVolume(claim, candidates(claim), late);
    if (volume !== undefined) return await binding.bind(volume, claim);
    if (!hasClass(claim)) {
      const storageClassName = defaultClass(classes.list())?.metadata.name;
      if (storageClassName !== undefined) {
        await claims.update({ ...claim, spec: { ...claim.spec, storageClassName } });
        return;
      }
    }
    if (late && !hasAnnotation(claim, SELECTED_NODE)) waits(claim);
    else if (classOf(claim) !== '') return await provision(claim);
    else recorder.event(claim, 'Normal', 'FailedBinding', NO_CLASS);
    await binding.claimPhase(claim, 'Pending');
  }

  /** Of a claim that says which volume it wants. */
  async function named(claim: PersistentVolumeClaim, name: string): Promise<void> {
    const volume = volumes.get(name);
    if (volume !== undefined) {
      const { claimRef } = volume.spec ?? {};
      if (claimRef !== undefined && isBoundTo(volume, claim)) return await binding.bind(volume, claim);
      if (claimRef !== undefined) {
        recorder.event(claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
        if (hasAnnotation(claim, BOUND_BY_CONTROLLER)) return;
      } else {
        const problem = mismatch(volume, claim);
        if (problem === undefined) return await binding.bind(volume, claim);
        recorder.event(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${problem}`);
      }
    }
    await binding.claimPhase(claim, 'Pending');
  }

  async function bound(claim: PersistentVolumeClaim): Promise<void> {
    const lost = async (reason: string, message: string): Promise<void> =>
      void (await binding.claimPhase(claim, 'Lost', undefined, { type: 'Warning', reason, message }));
    const name = claim.spec?.volumeName;
    if (!name)
      return await lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
    const volume = volumes.get(name);
    if (volume === undefined)
      return await lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    const { claimRef } = volume.spec ?? {};
    if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return await binding.bind(volume, claim);
    await lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }

  function bindsLate(claim: PersistentVolumeClaim): boolean {
    const name = classOf(claim);
    return name !== '' && classes.get(name)?.volumeBindingMode === 'WaitForFirstConsumer';
  }

  function* candidates(claim: PersistentVolumeClaim): Iterable<PersistentVolume> {
    yield* volumes.byIndex(BY_CLAIM_REF, objectKey(claim));
    for (const volume of volumes.byIndex(BY_CLASS, classOf(claim))) if (!volume.spec?.claimRef) yield volume;
  }

  /** Says for whom a claim waits. */
  function waits(claim: PersistentVolumeClaim): void {
    const names = pods
      .byIndex(PODS_BY_CLAIM, claimKeyOf(claim.metadata))
      .filter((pod) => !isFinished(pod) && !pod.spec?.nodeName)
      .map(({ metadata }) => metadata.name ?? '');
    if (names.length === 0) recorder.event(claim, 'Normal', 'WaitForFirstConsumer', FIRST_CONSUMER);
    else {
      const who = names.length > 1 ? `pods ${names.join(',')}` : `pod ${names[0]}`;
      recorder.event(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${who} to be scheduled`);
    }
  }

  async function provision(claim: PersistentVolumeClaim): Promise<void> {
    const fail = (message: string): void => recorder.event(claim, 'Warning', 'ProvisioningFailed', message);
    const name = classOf(claim);
    const storageClass = classes.get(name);
    if (storageClass === undefined) return fail(`storageclass.storage.k8s.io "${name}" not found`);
    const verdict = provisionerOf(storageClass.provisioner);
    if ('problem' in verdict) return fail(verdict.problem);
    const key = objectKey(claim);
    if (announced.get(key) === claim.metadata.resourceVersion) {
      announced.delete(key);
      return;
    }
    if (verdict.name === HOST_PATH && claim.spec?.dataSource !== undefined)
      return fail(`plugin "${HOST_PATH}" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource`);
    let told = claim;
    if (claim.metadata.annotations?.[PROVISIONER] !== verdict.name) {
      told = await claims.update(annotated(claim, { [PROVISIONER_BETA]: verdict.name, [PROVISIONER]: verdict.name }));
      announced.set(key, told.metadata.resourceVersion ?? '');
    }
    if (verdict.name !== HOST_PATH) recorder.event(told, 'Normal', 'ExternalProvisioning', external(verdict.name));
    else {
      const { mountOptions = [] } = storageClass;
      if (mountOptions.length === 0) fail(HOST_PATH_OFF);
      else
        fail(
          `Mount options are not supported by the provisioner but StorageClass "${name}" has mount options [${mountOptions.join(' ')}]`,
        );
    }
  }
}

const NO_CLASS = 'no persistent volumes available for this claim and no storage class is set';
const FIRST_CONSUMER = 'waiting for first consumer to be created before binding';
const external = (provisioner: string): string =>
  `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;

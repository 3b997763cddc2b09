import { kinds } from '@tabernetes/api';
import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { aggregateText, isAlreadyExists, StatusError } from '@tabernetes/apimachinery';
import type { Client, EventRecorder } from '@tabernetes/client';
import { TryAgain } from '../runtime/controller.ts';
import { claimNames, claimsOf, hasStorage } from './claims.ts';
import { ordinalOf, withIdentity } from './identity.ts';
import type { Step } from './plan.ts';
import { hasForeignController, wantedOwners } from './retention.ts';

export interface PerformDeps {
  readonly client: Client;
  readonly recorder: EventRecorder;
  /** The claim as it is now. */
  readonly claim: (name: string, namespace: string) => PersistentVolumeClaim | undefined;
}

/**
 * Does one step and says so in events about the set.
 * @throws {StatusError | TryAgain} what it failed for; the events have said it
 */
export type Perform = (set: StatefulSet, step: Step, signal: AbortSignal) => Promise<void>;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_pod_control.go */
export function performSteps({ client, recorder, claim }: PerformDeps): Perform {
  const pods = client.resource(kinds.pod);
  const claims = client.resource(kinds.persistentVolumeClaim);

  const say = (verb: Verb, set: StatefulSet, pod: Pod, error?: Error): void => {
    const what = `${verb} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) recorder.event(set, 'Normal', `Successful${TITLE[verb]}`, `${what} successful`);
    else recorder.event(set, 'Warning', `Failed${TITLE[verb]}`, `${what} failed error: ${error.message}`);
  };

  /** Says what it failed for, and lets that go on to whoever called. */
  async function orSay(verb: Verb, set: StatefulSet, pod: Pod, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (isOutcome(error)) say(verb, set, pod, error);
      throw error;
    }
  }

  /** All that can be made are made, whatever the others are refused for. */
  async function makeClaims(set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> {
    const problems: string[] = [];
    for (const wanted of claimsOf(set, ordinalOf(pod))) {
      const { name = '', namespace = '' } = wanted.metadata;
      const there = claim(name, namespace);
      if (there?.metadata.deletionTimestamp !== undefined) problems.push(`pvc ${name} is being deleted`);
      if (there !== undefined) continue;
      const what = `create Claim ${name}`;
      const where = `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
      try {
        await claims.create(wanted, { signal });
        recorder.event(set, 'Normal', 'SuccessfulCreate', `${what} ${where} success`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        problems.push(`failed to create PVC ${name}: ${error.message}`);
        if (error.reason !== 'AlreadyExists')
          recorder.event(set, 'Warning', 'FailedCreate', `${what} for ${where} failed error: ${error.message}`);
      }
    }
    if (problems.length > 0) throw new TryAgain(aggregateText(problems));
  }

  async function retain(set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> {
    for (const name of claimNames(set, ordinalOf(pod))) {
      const there = claim(name, set.metadata.namespace ?? '');
      if (there === undefined) continue;
      if (hasForeignController(there, set, pod)) {
        // Spelt as upstream spells it.
        const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        recorder.event(set, 'Warning', 'ConflictingController', message);
      }
      const ownerReferences = wantedOwners(there, set, pod);
      if (ownerReferences === undefined) continue;
      try {
        await claims.update({ ...there, metadata: { ...there.metadata, ownerReferences } }, { signal });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        throw new TryAgain(`could not update claim ${name} for delete policy ownerRefs: ${error.message}`);
      }
    }
  }

  const retainOrSay = (set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> =>
    orSay('update', set, pod, () => retain(set, pod, signal));

  async function create(set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> {
    await orSay('create', set, pod, () => makeClaims(set, pod, signal));
    try {
      await pods.create(pod, { signal });
    } catch (error) {
      // A name that is taken is tried again without a word: its Pod may be on its way out.
      if (isOutcome(error) && !isAlreadyExists(error)) say('create', set, pod, error);
      throw error;
    }
    await retainOrSay(set, pod, signal);
    say('create', set, pod);
  }

  async function remove(set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> {
    const { name = '', namespace } = pod.metadata;
    await orSay('delete', set, pod, () => pods.delete(name, namespace, { signal }));
    say('delete', set, pod);
  }

  async function update(set: StatefulSet, pod: Pod, signal: AbortSignal): Promise<void> {
    await orSay('update', set, pod, async () => {
      if (!hasStorage(set, pod, ordinalOf(pod))) await makeClaims(set, pod, signal);
      await retain(set, pod, signal);
      await pods.update(withIdentity(set, pod), { signal });
    });
    say('update', set, pod);
  }

  return (set, { do: what, pod }, signal) => {
    switch (what) {
      case 'create':
        return create(set, pod, signal);
      case 'delete':
        return remove(set, pod, signal);
      case 'update':
        return update(set, pod, signal);
      case 'claims':
        return makeClaims(set, pod, signal).then(() => retainOrSay(set, pod, signal));
      case 'retain':
        return retain(set, pod, signal);
    }
  };
}

type Verb = 'create' | 'update' | 'delete';
const TITLE: Readonly<Record<Verb, string>> = { create: 'Create', update: 'Update', delete: 'Delete' };

/** A refusal, or something to wait for; anything else is a mistake of ours. */
export const isOutcome = (error: unknown): error is StatusError | TryAgain =>
  error instanceof StatusError || error instanceof TryAgain;

import { kinds } from '@tabernetes/api';
import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';
import { rfc3339, StatusError } from '@tabernetes/apimachinery';
import { createClient, createInformerFactory } from '@tabernetes/client';
import type { Harness } from './harness.ts';

/** Times are in milliseconds. */
export interface ExitScriptOptions {
  /** How long a Pod that is told to go takes. Default 0. */
  readonly stopMs?: number;
}

/**
 * Runs Pods whose first container's command is `sh -c "sleep N; exit M"`: bound at once, Running and Ready at once, and
 * ended with M after N seconds. With restartPolicy OnFailure what fails is run again, and counted. Without a command a
 * Pod runs for ever.
 */
export async function exitScript(harness: Harness, { stopMs = 0 }: ExitScriptOptions = {}): Promise<() => void> {
  const { clock, errors } = harness;
  const user = { name: 'system:node:test', groups: ['system:masters'] };
  const client = createClient(harness.server.server, { user, userAgent: 'kubelet' });
  const informers = createInformerFactory({ client, clock });
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.pod);
  const seen = new Set<string>();

  const later = (delayMs: number, act: () => Promise<unknown>): void => {
    const gone = (error: unknown): void => {
      if (!(error instanceof StatusError && error.reason === 'NotFound')) errors.push(error);
    };
    clock.setTimer(delayMs, () => void act().catch(gone));
  };
  const current = ({ metadata }: Pod): Pod | undefined => {
    const pod = pods.lister.get(metadata.name ?? '', metadata.namespace);
    return pod?.metadata.uid === metadata.uid ? pod : undefined;
  };
  const report = async (pod: Pod, phase: string, container: Partial<ContainerStatus>): Promise<void> => {
    const known = current(pod);
    if (known !== undefined) await write.updateStatus(withPhase(known, phase, container, clock.now()));
  };

  function run(pod: Pod, restartCount: number): void {
    later(0, async () => {
      if (current(pod)?.metadata.deletionTimestamp !== undefined) return;
      const startedAt = rfc3339(clock.now());
      await report(pod, 'Running', { ready: true, restartCount, state: { running: { startedAt } } });
      const script = scriptOf(pod);
      if (script === undefined) return;
      later(script.sleepMs, async () => {
        if (current(pod)?.metadata.deletionTimestamp !== undefined) return;
        if (script.exitCode !== 0 && pod.spec?.restartPolicy === 'OnFailure') {
          run(pod, restartCount + 1);
          return;
        }
        const { exitCode } = script;
        const terminated = { exitCode, startedAt, finishedAt: rfc3339(clock.now()) };
        await report(pod, exitCode === 0 ? 'Succeeded' : 'Failed', { restartCount, state: { terminated } });
      });
    });
  }

  function look(pod: Pod): void {
    const { name = '', namespace = '', uid = '', deletionTimestamp } = pod.metadata;
    const step = deletionTimestamp !== undefined ? 'stop' : pod.spec?.nodeName ? 'start' : 'bind';
    if (seen.has(`${uid} ${step}`)) return;
    seen.add(`${uid} ${step}`);
    if (step === 'bind') {
      const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
      later(0, () => write.createSubresource(name, namespace, 'binding', binding));
    } else if (step === 'start') run(pod, 0);
    else {
      later(stopMs, async () => {
        const phase = current(pod)?.status?.phase;
        if (phase === 'Running' || phase === 'Pending') {
          const terminated = { exitCode: 143, finishedAt: rfc3339(clock.now()) };
          await report(pod, 'Failed', { state: { terminated } });
        }
        await write.delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
      });
    }
  }

  pods.addHandler({ onAdd: look, onUpdate: look });
  await pods.start();
  await harness.settle();
  return () => informers.dispose();
}

function scriptOf({ spec }: Pod): { readonly sleepMs: number; readonly exitCode: number } | undefined {
  const script = spec?.containers[0]?.command?.[2];
  if (script === undefined) return undefined;
  const [, seconds = '0'] = /sleep (\d+)/.exec(script) ?? [];
  const [, code = '0'] = /exit (\d+)/.exec(script) ?? [];
  return { sleepMs: Number(seconds) * 1000, exitCode: Number(code) };
}

function withPhase(pod: Pod, phase: string, container: Partial<ContainerStatus>, nowMs: number): Pod {
  const ready = phase === 'Running' ? 'True' : 'False';
  const others = pod.status?.conditions?.filter((c) => c.type !== 'Ready') ?? [];
  const [first] = pod.spec?.containers ?? [];
  const before = pod.status?.containerStatuses?.[0];
  const status: ContainerStatus = {
    name: first?.name ?? '',
    image: first?.image ?? '',
    imageID: '',
    ready: false,
    restartCount: before?.restartCount ?? 0,
    ...container,
  };
  return {
    ...pod,
    status: {
      ...pod.status,
      phase,
      conditions: [...others, { type: 'Ready', status: ready, lastTransitionTime: rfc3339(nowMs) }],
      containerStatuses: [status],
    },
  };
}

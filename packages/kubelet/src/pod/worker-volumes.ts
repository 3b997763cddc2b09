import type { Pod } from '@tabernetes/api/types/core-v1';
import type { NodeContext } from '../node-context.ts';
import { type PodVolumes, podVolumes } from '../volumes/pod-volumes.ts';

/** The volumes of a Pod on this node; `onFailure` hears of one that cannot be mounted once its event is told. */
export function workerVolumes(
  node: NodeContext,
  pod: Pod,
  { podIPs, onFailure }: { readonly podIPs: () => readonly string[]; readonly onFailure: () => void },
): PodVolumes {
  const { client, clock, rng, runtime, disks, allocatableMemoryBytes, objects, recorder, relist, timing, tokens } =
    node;
  return podVolumes(
    {
      client,
      clock,
      rng,
      runtime,
      disks,
      allocatableMemoryBytes,
      objects,
      payloadSources: (of) => ({ reader: objects, context: node.fieldContext(of, podIPs()), token: tokens.token }),
      onFailure(of, message) {
        recorder.event(of, 'Warning', 'FailedMount', message);
        onFailure();
      },
      updateDelayMs: () => timing.configUpdateMs(),
      claimLookMs: timing.claimLookMs,
      claimRetryMs() {
        const delayMs = timing.retryMs();
        return delayMs === undefined ? undefined : relist.dueAfter(delayMs);
      },
    },
    pod,
  );
}

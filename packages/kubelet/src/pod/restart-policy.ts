import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import { type SeenPod, seenContainer } from './runtime-status.ts';

/**
 * Whether the next look at the Pod is to start the container again.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/container/helpers.go
 */
export function shouldRestart(container: Container | EphemeralContainer, pod: Pod, seen: SeenPod): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const status = seenContainer(seen, container.name);
  if (status === undefined || status.state === 'created') return true;
  if (status.state === 'running') return false;
  const policy = pod.spec?.restartPolicy;
  return policy === 'OnFailure' ? status.exitCode !== 0 : policy !== 'Never';
}

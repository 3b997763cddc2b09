import type { Clock } from '@tabernetes/base';
import type { Kubelet } from '../kubelet.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import { seenContainer } from '../pod/runtime-status.ts';
import { execOutput } from '../probe/exec-output.ts';

/**
 * `POST /run/NAMESPACE/POD/CONTAINER?cmd=…`: what the command writes.
 *
 * @param command words with a space between them; there is no quoting
 * @throws {Error} with the kubelet's words when there is no such container, or the command fails
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/server/server.go getRun
 */
export async function runCommand(
  { runtime }: Kubelet,
  clock: Clock,
  { containers }: PodWorker,
  container: string,
  command: string,
): Promise<string> {
  const seen = seenContainer(containers.see(), container);
  if (seen === undefined) throw new Error(`container not found (${JSON.stringify(container)})`);
  const { exitCode, output, stderr } = await execOutput({ runtime, clock }, seen.id, command.split(' '));
  if (exitCode !== 0) throw new Error(`command '${command}' exited with ${exitCode}: ${stderr}`);
  return output;
}

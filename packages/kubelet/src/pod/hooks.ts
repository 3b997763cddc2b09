import type { Container, EphemeralContainer, LifecycleHandler, Pod } from '@tabernetes/api/types/core-v1';
import { goQuote } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { ContainerRuntime } from '@tabernetes/node-api';
import { execOutput } from '../probe/exec-output.ts';
import { httpGet } from '../probe/http-get.ts';
import { podText } from './pod-view.ts';

/**
 * Runs a postStart or preStop hook. `signal` ends one that sleeps, which is then as good as done.
 *
 * @throws {Error} with the words of PostStartHookError
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/lifecycle/handlers.go
 */
export async function runHook(
  deps: { readonly runtime: ContainerRuntime; readonly clock: Clock },
  handler: LifecycleHandler,
  pod: Pod,
  container: Container | EphemeralContainer,
  { id, podIP }: { readonly id: string; readonly podIP: string },
  signal?: AbortSignal,
): Promise<void> {
  const where = `for Container ${JSON.stringify(container.name)} in Pod ${JSON.stringify(podText(pod))} failed - error:`;
  if (handler.exec !== undefined) {
    const command = handler.exec.command ?? [];
    const what = `Exec lifecycle hook ([${command.join(' ')}]) ${where}`;
    const outcome = await execOutput(deps, id, command).catch((error: Error) => error);
    if (outcome instanceof Error) {
      throw new Error(`${what} rpc error: code = Unknown desc = ${outcome.message}, message: ""`);
    }
    if (outcome.exitCode === 0) return;
    const failed = `command '${command.join(' ')}' exited with ${outcome.exitCode}: ${outcome.stderr}`;
    throw new Error(`${what} ${failed}, message: ${goQuote(outcome.output)}`);
  }
  if (handler.httpGet !== undefined) {
    const { httpGet: action } = handler;
    const outcome = await httpGet({ net: deps.runtime.hostNet, clock: deps.clock }, action, container, podIP, {
      userAgent: 'kube-lifecycle/1.32',
      timeoutMs: HTTP_TIMEOUT_MS,
    });
    // Any answer will do.
    if ('error' in outcome) throw new Error(`HTTP lifecycle hook (${action.path}) ${where} ${outcome.error}`);
    return;
  }
  if (handler.sleep === undefined) return;
  await deps.clock.sleep(handler.sleep.seconds * 1000, signal).catch((error: unknown) => {
    // Who is not waited for any more sleeps no longer.
    if (signal?.aborted !== true) throw error;
  });
}

const HTTP_TIMEOUT_MS = 30_000;

import type { Pod, Secret } from '@tabernetes/api/types/core-v1';
import { dnsWarnings } from '../config/dns.ts';
import { pullCredentials, type RegistryCredentials } from '../config/pull-secrets.ts';
import type { ContainerMachineState } from '../machines/container.machine.ts';
import type { NodeContext } from '../node-context.ts';
import type { StartFailure } from '../status/container-statuses.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { type StartContext, startContainer } from './container-starter.ts';
import { stopContainer } from './container-stopper.ts';
import type { ProbeResults } from './kill-reason.ts';
import { podActions } from './pod-actions.ts';
import type { PodContainers } from './pod-containers.ts';
import { PodHosts } from './pod-hosts.ts';
import { hasSidecars, isSidecar } from './pod-view.ts';
import type { SeenPod } from './runtime-status.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { terminationOrder } from './termination-order.ts';

export interface PodRunnerHooks {
  /** The handler of a RuntimeClass. @throws {Error} when there is no such class */
  readonly runtimeHandler: (name: string) => Promise<string>;
  /** Something has come up or gone in the runtime that tells nobody by itself. */
  readonly changed: () => void;
  /** Whether the Pod is still to run: else nothing more is begun, and nobody wants to hear of what fails. */
  readonly wanted: () => boolean;
  /** Breaks off what takes long, once the Pod is not wanted any more. */
  readonly signal: () => AbortSignal;
}

/**
 * Brings what the runtime has of one Pod to what the Pod asks for.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_manager.go
 */
export class PodRunner {
  readonly containers: PodContainers;
  /** Why containers were not started the last time, by name. */
  get failures(): ReadonlyMap<string, StartFailure> {
    return this.#failures ?? NONE_FAILED;
  }
  /** Where the machine of each container stands, by name. */
  readonly machines = new Map<string, ContainerMachineState>();
  #failures: Map<string, StartFailure> | undefined;
  readonly #node: NodeContext;
  readonly #volumes: PodVolumes;
  readonly #hooks: PodRunnerHooks;
  readonly #hosts: PodHosts;

  constructor(node: NodeContext, containers: PodContainers, volumes: PodVolumes, hooks: PodRunnerHooks) {
    this.#node = node;
    this.containers = containers;
    this.#volumes = volumes;
    this.#hooks = hooks;
    this.#hosts = new PodHosts(node.runtime);
  }

  /** Undefined: all runs that is to run. @see pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod */
  async start(pod: Pod, seen: SeenPod, probes: ProbeResults): Promise<{ readonly retryAtMs?: number } | undefined> {
    const auth = await this.#credentials(pod);
    const { recorder } = this.#node;
    const actions = podActions(pod, seen, probes);
    if (actions.killPod) {
      if (actions.createSandbox && seen.sandbox !== undefined) {
        recorder.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      }
      await this.stop(pod);
      if (actions.createSandbox) this.containers.removeInitContainers(pod);
      // What has ended for good is seen at the next look.
      else this.#hooks.changed();
    } else {
      for (const { id, name, message, reason } of actions.kill) {
        const podIP = seen.sandbox?.ips[0] ?? '';
        await stopContainer(this.#node, { pod, id, name, message, reason, podIP });
      }
    }
    if (actions.createSandbox && !(await this.#makeSandbox(pod))) return {};
    const { sandbox } = this.containers;
    if (sandbox === undefined) return undefined;
    const context: StartContext = {
      pod,
      seen,
      sandboxId: sandbox.id,
      podIPs: sandbox.ips,
      auth,
      volumes: this.#volumes,
      hosts: this.#hosts,
      containers: this.containers,
      wanted: this.#hooks.wanted,
      signal: this.#hooks.signal,
      states: this.machines,
    };
    let failed: { retryAtMs?: number } | undefined;
    const start = async (container: Parameters<typeof startContainer>[2] | undefined): Promise<boolean> => {
      if (container === undefined || !this.#hooks.wanted()) return true;
      const outcome = await startContainer(this.#node, context, container);
      if (outcome === undefined) {
        this.#failures?.delete(container.name);
        return true;
      }
      this.#failures ??= new Map();
      this.#failures.set(container.name, outcome.failure);
      failed ??= {};
      const { retryAtMs } = outcome;
      if (retryAtMs !== undefined) failed.retryAtMs = Math.min(failed.retryAtMs ?? retryAtMs, retryAtMs);
      return false;
    };
    const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
    for (const i of actions.ephemeral) await start(ephemeralContainers[i]);
    for (const i of actions.init) {
      const container = initContainers[i];
      if (container !== undefined && !(await start(container)) && !isSidecar(container)) return failed;
    }
    for (const i of actions.main) await start(containers[i]);
    return failed;
  }

  /** Ends every container that runs, and then the sandbox. Seconds. */
  async stop(pod: Pod, graceOverride?: number): Promise<void> {
    const { sandbox } = this.containers;
    const running = this.containers.see().containers.filter(({ state }) => state === 'running');
    const order = hasSidecars(pod)
      ? terminationOrder(
          pod,
          running.map(({ name }) => name),
        )
      : undefined;
    const podIP = sandbox?.ips[0] ?? '';
    await Promise.all(
      running.map(({ id, name }) =>
        stopContainer(this.#node, {
          pod,
          id,
          name,
          message: '',
          reason: 'other',
          podIP,
          graceOverride,
          ...(order && { order }),
        }),
      ),
    );
    if (sandbox?.ready === true) {
      await this.#node.runtime.stopPodSandbox(sandbox.id);
      this.containers.sandbox = { ...sandbox, ready: false };
    }
  }

  /** Somebody has lost patience. */
  hurry(graceSeconds: number): void {
    const { runtime, onError } = this.#node;
    for (const { id, state } of this.containers.see().containers) {
      if (state === 'running') runtime.stopContainer(id, Math.max(graceSeconds, 2) * 1000).catch(onError);
    }
  }

  async #makeSandbox(pod: Pod): Promise<boolean> {
    const { recorder, runtime, dns, nodeName, timing } = this.#node;
    const attempt = (this.containers.sandbox?.attempt ?? -1) + 1;
    try {
      const handler = await this.#hooks.runtimeHandler(pod.spec?.runtimeClassName ?? '');
      const { id, ips } = await runtime.runPodSandbox(sandboxConfig(pod, { dns, nodeName, handler }));
      this.containers.sandbox = { id, ips, ready: true, attempt };
      // A kubelet makes the configuration twice: for the sandbox, and for what runs in it.
      for (const warning of dnsWarnings(pod, dns)) {
        for (let time = 0; time < 2; time++) recorder.event(pod, 'Warning', 'DNSConfigForming', warning);
      }
      // A sandbox is something that has come up: at the next look the Pod is looked at again, whatever becomes of containers.
      if (timing.relistMs > 0) this.#hooks.changed();
      return true;
    } catch (error) {
      const { message } = error as Error;
      const text = /^(rpc error|failed to construct FQDN)/.test(message)
        ? message
        : `rpc error: code = Unknown desc = ${message}`;
      if (this.#hooks.wanted()) {
        recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${text}`);
      }
      return false;
    }
  }

  async #credentials(pod: Pod): Promise<readonly RegistryCredentials[] | undefined> {
    const names = pod.spec?.imagePullSecrets ?? [];
    if (names.length === 0) return undefined;
    const { objects, recorder } = this.#node;
    const found: Secret[] = [];
    const missing: string[] = [];
    for (const { name = '' } of names) {
      const secret = await objects.secret(pod.metadata.namespace ?? '', name);
      if (secret === undefined) missing.push(name);
      else found.push(secret);
    }
    if (missing.length > 0) {
      const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
      recorder.event(pod, 'Warning', 'FailedToRetrieveImagePullSecret', message);
    }
    return pullCredentials(found);
  }
}

const NONE_FAILED: ReadonlyMap<string, StartFailure> = new Map();

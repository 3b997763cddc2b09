import type { Pod } from '@tabernetes/api/types/core-v1';
import { isSidecar } from './pod-view.ts';

/** Sidecars end after the containers proper, the last of them first. */
export interface TerminationOrder {
  /** Resolves when it is the container's turn. */
  turn(name: string): Promise<void>;
  ended(name: string): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_termination_order.go */
export function terminationOrder(pod: Pod, running: readonly string[]): TerminationOrder {
  const gates = new Map<string, { readonly open: () => void; readonly opened: Promise<void> }>();
  for (const name of running) {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    gates.set(name, { open, opened });
  }
  const main = (pod.spec?.containers ?? []).map(({ name }) => name);
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  return {
    async turn(name) {
      const place = sidecars.indexOf(name);
      if (place < 0) return;
      for (const before of [...main, ...sidecars.slice(place + 1)]) await gates.get(before)?.opened;
    },
    ended: (name) => gates.get(name)?.open(),
  };
}

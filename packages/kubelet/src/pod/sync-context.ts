/** Why what was begun for a Pod was broken off: the kubelet is no more, and there is nobody to tell of it. */
export class KubeletStopped extends Error {
  override readonly name = 'KubeletStopped';
}

/**
 * Breaks off what was begun for one Pod once it is to go, or its kubelet stops. The signal is made when something asks for it: few Pods
 * ever wait.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pod_workers.go podSyncStatus.cancelFn
 */
export class SyncContext {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  get cancelled(): boolean {
    return this.#reason !== undefined;
  }

  signal = (): AbortSignal => {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  };

  /** The first reason counts. */
  cancel(reason = new Error('context canceled')): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }

  /** What begins from now on is not broken off. */
  renew(): void {
    this.#controller = undefined;
    this.#reason = undefined;
  }
}

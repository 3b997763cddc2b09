/**
 * Why a plugin refuses a node or a Pod. Success is `undefined`: nothing is allocated for the nodes that fit.
 *  - `Unschedulable`: removing Pods from the node might help, so preemption looks at it;
 *  - `UnschedulableAndUnresolvable`: it would not;
 *  - `Error`: the plugin could not tell; the Pod is tried again after a back-off.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/interface.go
 */
export interface Status {
  readonly code: StatusCode;
  readonly plugin: string;
  readonly reasons: readonly string[];
}

export type StatusCode = 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';

/** Statuses of equal content should be made once and shared: thousands of nodes refuse for the same reason. */
export const unschedulable = (plugin: string, ...reasons: readonly string[]): Status => ({
  code: 'Unschedulable',
  plugin,
  reasons,
});

export const unresolvable = (plugin: string, ...reasons: readonly string[]): Status => ({
  code: 'UnschedulableAndUnresolvable',
  plugin,
  reasons,
});

export const failed = (plugin: string, reason: string): Status => ({ code: 'Error', plugin, reasons: [reason] });

/** Several reasons read as one text. */
export const statusMessage = (status: Status): string => status.reasons.join(', ');

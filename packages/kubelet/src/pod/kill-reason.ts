/** What a probe has found out about a container that runs; undefined: nothing yet. */
export interface ProbeResults {
  liveness(containerId: string): boolean | undefined;
  startup(containerId: string): boolean | undefined;
}

export type KillReason = 'liveness' | 'startup' | 'postStart' | 'other';

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly reason: KillReason;
}

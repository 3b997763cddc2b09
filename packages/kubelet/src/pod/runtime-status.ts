/** What the container runtime said of one container when it was last asked. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  /** How often a container of this name was made before. */
  readonly restartCount: number;
  readonly state: 'created' | 'running' | 'exited';
  /** `docker.io/library/nginx:1.27` */
  readonly image: string;
  /** `docker.io/library/nginx@sha256:…` */
  readonly imageRef: string;
  /** What the specification was when it was made; see {@link containerHash}. */
  readonly hash: string;
  readonly createdMs: number;
  /** 0: never. */
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
}

/** A Pod as the runtime has it. */
export interface SeenPod {
  readonly sandbox: SeenSandbox | undefined;
  /** Newest first. */
  readonly containers: readonly SeenContainer[];
}

export interface SeenSandbox {
  readonly id: string;
  readonly ready: boolean;
  readonly ips: readonly string[];
  readonly attempt: number;
}

export const NOTHING_SEEN: SeenPod = { sandbox: undefined, containers: [] };

/** The newest container of a name. */
export function seenContainer({ containers }: SeenPod, name: string): SeenContainer | undefined {
  for (const container of containers) if (container.name === name) return container;
  return undefined;
}

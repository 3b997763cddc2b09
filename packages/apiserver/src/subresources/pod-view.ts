import type { KubeObject } from '@tabernetes/apimachinery';

/** As much of a Pod as it takes to reach it. */
export interface PodView {
  readonly name: string;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly podIP: string;
  readonly containers: readonly string[];
  readonly initContainers: readonly string[];
  readonly ephemeralContainers: readonly string[];
  /** The first port that any container names; 0: none. */
  readonly firstPort: number;
}

interface PodShape extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly {
      readonly name: string;
      readonly ports?: readonly { readonly containerPort: number }[];
    }[];
    readonly initContainers?: readonly { readonly name: string }[];
    readonly ephemeralContainers?: readonly { readonly name: string }[];
  };
  readonly status?: { readonly hostIP?: string; readonly podIP?: string };
}

export function podView(object: KubeObject): PodView {
  const { metadata, spec = {}, status = {} } = object as PodShape;
  const names = (list: readonly { readonly name: string }[] = []): readonly string[] => list.map(({ name }) => name);
  const withPorts = spec.containers?.find(({ ports }) => ports !== undefined && ports.length > 0);
  return {
    name: metadata.name ?? '',
    nodeName: spec.nodeName ?? '',
    hostIP: status.hostIP ?? '',
    podIP: status.podIP ?? '',
    containers: names(spec.containers),
    initContainers: names(spec.initContainers),
    ephemeralContainers: names(spec.ephemeralContainers),
    firstPort: withPorts?.ports?.[0]?.containerPort ?? 0,
  };
}

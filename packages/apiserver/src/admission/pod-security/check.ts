import type { Container, PodSpec } from '@tabernetes/api/types/core-v1';

/** What a check looks at: a Pod, or the template of one. */
export interface PodParts {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** Why a Pod is beyond a level. */
export interface Violation {
  /** `host namespaces` */
  readonly reason: string;
  /** `hostNetwork=true` */
  readonly detail: string;
}

/** One rule of the Pod Security Standards, as its versions had it. */
export interface Check {
  readonly id: string;
  readonly versions: readonly {
    /** The x of the first `v1.x` that has it so. */
    readonly since: number;
    /** The check of the level below that it takes the place of. */
    readonly overrides?: string;
    check(pod: PodParts): Violation | undefined;
  }[];
}

export type SecurityContext = NonNullable<Container['securityContext']>;

/** In the order in which they are named: init containers, containers, ephemeral ones. */
export const containersOf = ({ spec }: PodParts): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly Container[]),
];

/** Names of the containers that a test holds for. */
export const namesOf = (pod: PodParts, isBad: (container: Container) => boolean): readonly string[] =>
  containersOf(pod)
    .filter(isBad)
    .map(({ name }) => name);

export const quoted = (items: readonly string[]): string => (items.length === 0 ? '' : `"${items.join('", "')}"`);

/** `container "a"`, `containers "a", "b"`. */
export const containersText = (names: readonly string[]): string =>
  `${plural('container', names.length)} ${quoted(names)}`;

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** Who set something: the Pod, containers, or both. */
export const setters = (byPod: boolean, containers: readonly string[]): readonly string[] => [
  ...(byPod ? ['pod'] : []),
  ...(containers.length > 0 ? [containersText(containers)] : []),
];

export const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

export const isWindows = ({ spec }: PodParts): boolean => spec.os?.name === 'windows';

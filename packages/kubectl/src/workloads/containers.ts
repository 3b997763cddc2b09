import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';

/** A container of a Pod, of whatever sort. */
export interface FoundContainer {
  readonly container: Container | EphemeralContainer;
  /** `spec.initContainers{setup}` */
  readonly fieldPath: string;
}

/** Looks among containers, init containers and ephemeral ones. */
export function findContainer({ spec }: Pod, name: string): FoundContainer | undefined {
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const) {
    const container = spec?.[list]?.find((each) => each.name === name);
    if (container !== undefined) return { container, fieldPath: `spec.${list}{${name}}` };
  }
  return undefined;
}

/** `a, b, dbg (ephem), setup (init)` */
export function containerNames({ spec }: Pod): string {
  return [
    ...(spec?.containers ?? []).map(({ name }) => name),
    ...(spec?.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec?.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ');
}

/** True where a name that was left out deserves a word. */
export const hasSeveralContainers = ({ spec }: Pod): boolean =>
  (spec?.containers?.length ?? 0) > 1 ||
  Boolean(spec?.initContainers?.length) ||
  Boolean(spec?.ephemeralContainers?.length);

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

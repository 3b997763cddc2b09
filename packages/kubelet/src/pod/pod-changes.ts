import type { Pod } from '@tabernetes/api/types/core-v1';

/** Containers that the API knows to have been there count on from where they were. */
export function restartsOf({ status }: Pod): ReadonlyMap<string, number> {
  const { containerStatuses = [], initContainerStatuses = [] } = status ?? {};
  const been = [...containerStatuses, ...initContainerStatuses].filter(({ containerID }) => containerID !== undefined);
  if (been.length === 0) return NONE;
  return new Map(been.map(({ name, restartCount }) => [name, restartCount + 1]));
}

const NONE: ReadonlyMap<string, number> = new Map();

/** Whether a number is there and smaller than it was. */
export const shorter = (now: number | undefined, before: number | undefined): boolean =>
  now !== undefined && before !== undefined && now < before;

/** Whether there is something new to do. Who writes a status or moves a heartbeat leaves the rest as it was. */
export function specChanged(before: Pod, after: Pod): boolean {
  return (
    before.spec !== after.spec ||
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.annotations !== after.metadata.annotations ||
    gatesChanged(before, after)
  );
}

function gatesChanged(before: Pod, after: Pod): boolean {
  const gates = after.spec?.readinessGates ?? [];
  return gates.some(({ conditionType }) => statusOf(before, conditionType) !== statusOf(after, conditionType));
}

const statusOf = ({ status }: Pod, type: string): string | undefined =>
  status?.conditions?.find((c) => c.type === type)?.status;

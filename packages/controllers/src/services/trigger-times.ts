import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';

/** Annotation of Endpoints and EndpointSlices: when that happened which made them change. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

export interface TriggerTimes {
  /**
   * The earliest change since the last call for this Service, as RFC 3339 text; of a new Service its creation; undefined when
   * nothing has changed. Call it once per turn, whether something is written or not.
   */
  lastChange(service: Service, pods: readonly Pod[]): string | undefined;
  forget(serviceKey: string): void;
}

/** @see staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go */
export function triggerTimes(): TriggerTimes {
  const known = new Map<string, State>();
  return {
    lastChange(service, pods) {
      const key = objectKey(service);
      const before = known.get(key);
      const serviceTime = service.metadata.creationTimestamp ?? '';
      const podTimes = new Map<string, string>();
      let earliest: string | undefined;
      // Texts of one length and zone: their order is the order of the times.
      const changed = (time: string, last: string): void => {
        if (time > last && (earliest === undefined || time < earliest)) earliest = time;
      };
      for (const { metadata, status } of pods) {
        const time = status?.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime;
        if (time === undefined) continue;
        const name = metadata.name ?? '';
        podTimes.set(name, time);
        changed(time, before?.podTimes.get(name) ?? '');
      }
      changed(serviceTime, before?.serviceTime ?? '');
      known.set(key, { serviceTime, podTimes });
      return before === undefined ? serviceTime : earliest;
    },
    forget: (key) => void known.delete(key),
  };
}

interface State {
  readonly serviceTime: string;
  readonly podTimes: ReadonlyMap<string, string>;
}

/** The annotations with the time, or without it when there is none. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Readonly<Record<string, string>> {
  const { [TRIGGER_TIME]: _, ...rest } = annotations ?? {};
  return time === undefined ? rest : { ...rest, [TRIGGER_TIME]: time };
}

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Usage, UsageSource } from '../addons/usage-source.ts';

/** What a container uses beyond what it does by itself; undefined: nothing. */
export type StrainOf = (pod: string, container: string) => Usage | undefined;

/** Usage with what troubles add to it. */
export function strainedUsage(source: UsageSource, strainOf: StrainOf): UsageSource {
  const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  return {
    pod(pod, nowMs) {
      const usages = source.pod(pod, nowMs);
      return usages && new Map([...usages].map(([name, usage]) => [name, plus(usage, strainOf(nameOf(pod), name))]));
    },
    node(node, pods, nowMs) {
      let usage = source.node(node, pods, nowMs);
      if (usage === undefined) return undefined;
      for (const pod of pods)
        for (const { name } of pod.spec?.containers ?? []) usage = plus(usage, strainOf(nameOf(pod), name));
      return usage;
    },
  };
}

function plus(usage: Usage, more: Usage | undefined): Usage {
  if (more === undefined) return usage;
  return {
    cpuNanocores: usage.cpuNanocores + more.cpuNanocores,
    memoryBytes: usage.memoryBytes + more.memoryBytes,
  };
}

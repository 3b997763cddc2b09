import type { Container, Pod } from '@tabernetes/api/types/core-v1';

/** Limits of a quota that oblige every container to say what it needs: where from, by the name of the limit. */
const OBLIGING: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

/**
 * What containers leave out that limits of a quota oblige them to say: `limits.memory for: a,b; requests.cpu for: a`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/quota/v1/evaluator/core/pods.go Constraints
 */
export function unspecified({ spec }: Pod, limits: readonly string[]): string | undefined {
  const containers: readonly Container[] = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const parts: string[] = [];
  for (const limit of [...limits].sort()) {
    if (!Object.hasOwn(OBLIGING, limit)) continue;
    const [part, name] = OBLIGING[limit] ?? ['requests', limit];
    const silent = containers.filter(({ resources }) => resources?.[part]?.[name] === undefined);
    if (silent.length === 0) continue;
    const names = [...new Set(silent.map((container) => container.name))].sort();
    parts.push(`${limit} for: ${names.join(',')}`);
  }
  return parts.length === 0 ? undefined : parts.join('; ');
}

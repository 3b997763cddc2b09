import type { Kubelet } from '../kubelet.ts';
import { DURATION_BUCKETS } from '../probe/probe-worker.ts';
import { goFloat } from './kubelet-metrics.ts';

/**
 * `/metrics/probes`: how containers that are probed still have answered.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/prober_manager.go
 */
export function probeMetrics({ pods, startedMs }: Kubelet): string {
  const totals: string[] = [];
  const durations: string[] = [];
  const all = pods().flatMap(({ pod: { metadata }, probeCounts }) =>
    probeCounts.map((counts) => ({ metadata, counts })),
  );
  const told = all.map(({ metadata, counts }) => {
    const { container, type } = counts;
    const place = `container="${container}",namespace="${metadata.namespace}",pod="${metadata.name}"`;
    return { ...counts, place, labels: `${place},pod_uid="${metadata.uid}",probe_type="${type}"` };
  });
  for (const { place, labels, type, successful, failed, seconds, within } of told.sort((a, b) =>
    a.labels < b.labels ? -1 : 1,
  )) {
    if (failed > 0) totals.push(`prober_probe_total{${labels},result="failed"} ${failed}`);
    if (successful === 0) continue;
    totals.push(`prober_probe_total{${labels},result="successful"} ${successful}`);
    const name = 'prober_probe_duration_seconds';
    const own = `${place},probe_type="${type}"`;
    durations.push(
      ...DURATION_BUCKETS.map((most, i) => `${name}_bucket{${own},le="${most}"} ${within[i]}`),
      `${name}_bucket{${own},le="+Inf"} ${successful}`,
      `${name}_sum{${own}} ${goFloat(seconds)}`,
      `${name}_count{${own}} ${successful}`,
    );
  }
  const family = (name: string, type: string, help: string, samples: readonly string[]): readonly string[] =>
    samples.length === 0 ? [] : [`# HELP ${name} [ALPHA] ${help}`, `# TYPE ${name} ${type}`, ...samples];
  return [
    ...family('prober_probe_duration_seconds', 'histogram', 'Duration in seconds for a probe response.', durations),
    ...family(
      'prober_probe_total',
      'counter',
      'Cumulative number of a liveness, readiness or startup probe for a container by result.',
      totals,
    ),
    ...family('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', [
      `process_start_time_seconds ${goFloat(startedMs / 1000)}`,
    ]),
    '',
  ].join('\n');
}

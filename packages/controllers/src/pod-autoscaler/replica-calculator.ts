import type { Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { isReady } from '../pods/pod-state.ts';
import { NoMetric, type PodMetric, type PodMetrics } from './metrics-source.ts';

/** Within a tenth of the target nothing is changed. */
const TOLERANCE = 0.1;
const CPU_INITIALIZATION_MS = 300_000;
const INITIAL_READINESS_MS = 30_000;

/** How many there should be, and what was measured. */
export interface Proposal {
  readonly replicas: number;
  /** Average, in thousandths. */
  readonly usage: number;
  /** Percent of what was asked for. */
  readonly utilization?: number;
}

/**
 * By how full Pods are of what they asked for.
 * @param target percent
 * @throws {NoMetric}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/podautoscaler/replica_calculator.go
 */
export function byUtilization(
  pods: readonly Pod[],
  metrics: PodMetrics,
  { current, target, resource, container, nowMs }: Wanted & { readonly resource: string; readonly container: string },
): Proposal {
  const groups = group(pods, metrics, resource, nowMs);
  const requests = new Map(pods.map((pod) => [pod.metadata.name ?? '', requestOf(pod, container, resource)]));
  const ratio = (measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>) =>
    utilizationRatio(measured, requests, target);
  const first = ratio(groups.measured);
  const full = Math.max(100, target);
  const replicas = settle(current, groups, {
    ratio: first.ratio,
    missing: (name) => Math.trunc(((requests.get(name) ?? 0) * full) / 100),
    again: (measured) => ratio(measured).ratio,
  });
  return { replicas, usage: first.usage, utilization: first.utilization };
}

/** By how much each Pod uses; `resource` is empty of other metrics. `target`: thousandths. @throws {NoMetric} */
export function byValue(
  pods: readonly Pod[],
  metrics: PodMetrics,
  { current, target, resource, nowMs }: Wanted & { readonly resource: string },
): Proposal {
  const groups = group(pods, metrics, resource, nowMs);
  const average = (measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>): number =>
    Math.trunc(total(measured) / measured.size);
  const usage = average(groups.measured);
  const replicas = settle(current, groups, {
    ratio: usage / target,
    missing: () => target,
    again: (measured) => average(measured) / target,
  });
  return { replicas, usage };
}

/** By one value for all of them, of which each ready Pod has a share. @throws {NoMetric} */
export function byWhole(pods: readonly Pod[], usage: number, target: number, current: number): Proposal {
  const ratio = usage / target;
  if (current === 0) return { replicas: Math.ceil(ratio), usage };
  if (Math.abs(1 - ratio) <= TOLERANCE) return { replicas: current, usage };
  if (pods.length === 0)
    throw new NoMetric('unable to calculate ready pods: no pods returned by selector while calculating replica count');
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
  return { replicas: Math.ceil(ratio * ready), usage };
}

/** By one value, divided by how many there are. */
export function byShare(usage: number, target: number, current: number): Proposal {
  const ratio = usage / (target * current);
  const replicas = Math.abs(1 - ratio) > TOLERANCE ? Math.ceil(usage / target) : current;
  return { replicas, usage: Math.ceil(usage / current) };
}

interface Wanted {
  /** Replicas that there are. */
  readonly current: number;
  readonly target: number;
  readonly nowMs: number;
}

interface Groups {
  /** Of Pods that count. */
  readonly measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>;
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

/**
 * What Pods without a number do to the decision: they are taken to use nothing when there should be more, and all they
 * may when there should be fewer, so that a decision is never made on what is not known.
 */
function settle(
  current: number,
  { measured, ready, unready, missing }: Groups,
  { ratio, missing: fallback, again }: Settling,
): number {
  const withUnready = unready.length > 0 && ratio > 1;
  if (!withUnready && missing.length === 0)
    return Math.abs(1 - ratio) <= TOLERANCE ? current : Math.ceil(ratio * ready);
  const all = new Map(measured);
  if (ratio !== 1) for (const name of missing) all.set(name, { value: ratio < 1 ? fallback(name) : 0 });
  if (withUnready) for (const name of unready) all.set(name, { value: 0 });
  const next = again(all);
  if (Math.abs(1 - next) <= TOLERANCE || (ratio < 1 && next > 1) || (ratio > 1 && next < 1)) return current;
  const replicas = Math.ceil(next * all.size);
  return (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas;
}
interface Settling {
  readonly ratio: number;
  readonly missing: (name: string) => number;
  readonly again: (measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>) => number;
}

function group(pods: readonly Pod[], metrics: PodMetrics, resource: string, nowMs: number): Groups {
  if (pods.length === 0) throw new NoMetric('no pods returned by selector while calculating replica count');
  const measured = new Map<string, PodMetric>(metrics);
  const [unready, missing]: [string[], string[]] = [[], []];
  let ready = 0;
  for (const { metadata, status } of pods) {
    const { name = '', deletionTimestamp } = metadata;
    const metric = metrics.get(name);
    if (deletionTimestamp !== undefined || status?.phase === 'Failed') measured.delete(name);
    else if (status?.phase === 'Pending' || status?.phase === undefined) unready.push(name);
    else if (metric === undefined) missing.push(name);
    else if (resource === 'cpu' && isStarting(status, metric, nowMs)) unready.push(name);
    else ready++;
  }
  for (const name of unready) measured.delete(name);
  if (measured.size === 0) throw new NoMetric('did not receive metrics for targeted pods (pods might be unready)');
  return { measured, ready, unready, missing };
}

/** What a Pod uses while it starts says nothing about later. */
function isStarting(status: NonNullable<Pod['status']>, { timestampMs, windowMs }: PodMetric, nowMs: number): boolean {
  const condition = status.conditions?.find(({ type }) => type === 'Ready');
  if (condition === undefined || status.startTime === undefined) return true;
  const [startedMs, changedMs] = [Date.parse(status.startTime), Date.parse(condition.lastTransitionTime ?? '')];
  if (startedMs + CPU_INITIALIZATION_MS > nowMs)
    return condition.status === 'False' || timestampMs < changedMs + windowMs;
  return condition.status === 'False' && startedMs + INITIAL_READINESS_MS > changedMs;
}

function requestOf({ metadata, spec }: Pod, container: string, resource: string): number {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  let sum = 0;
  for (const { name, resources } of [...(spec?.containers ?? []), ...sidecars]) {
    if (container !== '' && container !== name) continue;
    const request = resources?.requests?.[resource];
    if (request === undefined)
      throw new NoMetric(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`);
    sum += parseQuantity(request).milliValue();
  }
  return sum;
}

function utilizationRatio(
  measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>,
  requests: ReadonlyMap<string, number>,
  target: number,
): { readonly ratio: number; readonly utilization: number; readonly usage: number } {
  let [used, asked, count] = [0, 0, 0];
  for (const [name, { value }] of measured) {
    const request = requests.get(name);
    if (request === undefined) continue;
    used += value;
    asked += request;
    count++;
  }
  if (asked === 0) throw new NoMetric('no metrics returned matched known pods');
  const utilization = Math.trunc((used * 100) / asked);
  return { ratio: utilization / target, utilization, usage: Math.trunc(used / count) };
}

function total(measured: ReadonlyMap<string, Pick<PodMetric, 'value'>>): number {
  let sum = 0;
  for (const { value } of measured.values()) sum += value;
  return sum;
}

import type { HPAScalingRules } from '@tabernetes/api/types/autoscaling-v2';

/** A number of replicas that was once wanted. */
export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}
/** By how many replicas a size was once changed. */
export interface Change {
  readonly replicas: number;
  readonly atMs: number;
}

/** What an autoscaler remembers between two looks. */
export interface History {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly Change[];
  readonly downs: readonly Change[];
}

export interface Sizes {
  readonly current: number;
  readonly desired: number;
  readonly min: number;
  readonly max: number;
}

/** A number of replicas, and why it is that. */
export interface Verdict {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

/** How far below the highest wish of how long ago a size may not go, unless rules say otherwise, in milliseconds. */
const DOWNSCALE_WINDOW_MS = 300_000;

/**
 * The wish, held against those of the near past, so that a size does not flap.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/podautoscaler/horizontal.go
 */
export function stabilize(
  { recommendations }: History,
  { current, desired }: Pick<Sizes, 'current' | 'desired'>,
  rules: { readonly up: HPAScalingRules; readonly down: HPAScalingRules } | undefined,
  nowMs: number,
): Verdict {
  if (rules === undefined) {
    const recent = recommendations.filter(({ atMs }) => atMs >= nowMs - DOWNSCALE_WINDOW_MS);
    const replicas = Math.max(desired, ...recent.map((r) => r.replicas));
    return { replicas, ...HIGHER };
  }
  const since = (windowMs: number): readonly number[] =>
    recommendations.filter(({ atMs }) => atMs > nowMs - windowMs).map((r) => r.replicas);
  const lowest = Math.min(desired, ...since((rules.up.stabilizationWindowSeconds ?? 0) * 1000));
  const highest = Math.max(desired, ...since(downWindowMs(rules.down)));
  const replicas = Math.min(Math.max(current, lowest), highest);
  return { replicas, ...(desired >= current ? LOWER : HIGHER) };
}

/** What is remembered of it: a new wish takes the place of one that is too old to matter. */
export function remember(
  { recommendations }: History,
  desired: number,
  rules: { readonly up: HPAScalingRules; readonly down: HPAScalingRules } | undefined,
  nowMs: number,
): readonly Recommendation[] {
  const windowMs =
    rules === undefined
      ? DOWNSCALE_WINDOW_MS
      : Math.max((rules.up.stabilizationWindowSeconds ?? 0) * 1000, downWindowMs(rules.down));
  return [...recommendations.filter(({ atMs }) => atMs >= nowMs - windowMs), { replicas: desired, atMs: nowMs }];
}

/** Changes that some policy may still count. */
export function recentChanges(changes: readonly Change[], rules: HPAScalingRules, nowMs: number): readonly Change[] {
  const longestMs = Math.max(0, ...(rules.policies ?? []).map(({ periodSeconds }) => periodSeconds)) * 1000;
  return changes.filter(({ atMs }) => atMs >= nowMs - longestMs);
}

/** The wish within the bounds, and no faster than twice the size (or 4) at a time. */
export function limit({ current, desired, min, max }: Sizes): Verdict {
  const fastest = Math.max(2 * current, 4);
  if (desired < min) return { replicas: min, ...TOO_FEW };
  const most = Math.min(max, fastest);
  if (desired > most) return { replicas: most, ...(max > fastest ? UP_LIMIT : TOO_MANY) };
  return { replicas: desired, ...WITHIN };
}

/** The wish within the bounds, and no faster than the policies allow. */
export function limitByPolicies(
  { current, desired, min, max }: Sizes,
  history: History,
  rules: { readonly up: HPAScalingRules; readonly down: HPAScalingRules },
  nowMs: number,
): Verdict {
  if (desired > current) {
    const fastest = Math.max(policyLimit(current, history, rules.up, 1, nowMs), current);
    const most = Math.min(max, fastest);
    if (desired > most) return { replicas: most, ...(max > fastest ? UP_LIMIT : TOO_MANY) };
  } else if (desired < current) {
    const fastest = Math.min(policyLimit(current, history, rules.down, -1, nowMs), current);
    const least = Math.max(min, fastest);
    if (desired < least) return { replicas: least, ...(min < fastest ? DOWN_LIMIT : TOO_FEW) };
  }
  return { replicas: desired, ...WITHIN };
}

/** @param direction 1: up, -1: down */
function policyLimit(
  current: number,
  { ups, downs }: History,
  { policies = [], selectPolicy = 'Max' }: HPAScalingRules,
  direction: 1 | -1,
  nowMs: number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(ups, periodSeconds, nowMs) + changed(downs, periodSeconds, nowMs);
    if (type === 'Pods') return start + direction * value;
    const limit = start * (1 + (direction * value) / 100);
    return direction > 0 ? Math.ceil(limit) : Math.trunc(limit);
  });
  // Of the limits the one that lets the size change most, unless the least is asked for.
  const highest = (selectPolicy === 'Min') !== direction > 0;
  return highest ? Math.max(...limits) : Math.min(...limits);
}

function changed(changes: readonly Change[], periodSeconds: number, nowMs: number): number {
  let sum = 0;
  for (const { replicas, atMs } of changes) if (atMs > nowMs - periodSeconds * 1000) sum += replicas;
  return sum;
}

const downWindowMs = ({ stabilizationWindowSeconds }: HPAScalingRules): number =>
  stabilizationWindowSeconds === undefined ? DOWNSCALE_WINDOW_MS : stabilizationWindowSeconds * 1000;

const HIGHER = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const LOWER = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const WITHIN = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const TOO_FEW = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const TOO_MANY = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const UP_LIMIT = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const DOWN_LIMIT = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};

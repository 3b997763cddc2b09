import { kinds } from '@tabernetes/api';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  HPAScalingRules,
  MetricStatus,
} from '@tabernetes/api/types/autoscaling-v2';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { objectKey, parseLabelSelector, type Selector, SelectorProblem, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { MetricFailure, type MetricValue, metricValue } from './metric-values.ts';
import { metricsSource } from './metrics-source.ts';
import { type History, limit, limitByPolicies, recentChanges, remember, stabilize } from './normalize.ts';
import { NoScale, type Scale, type ScaleTarget, scaleTarget } from './scale-target.ts';

const PERIOD_MS = 15_000;
/** One look after the other, for ever: nothing that `idle()` should wait for. */
const LATER: Result = { requeueAfterMs: PERIOD_MS, background: true };

/**
 * Sizes what HorizontalPodAutoscalers point at by what their Pods use: every fifteen seconds, the first time fifteen
 * seconds after it was made.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/podautoscaler/horizontal.go
 */
export function horizontalPodAutoscaler(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const autoscalers = informers.for(kinds.horizontalPodAutoscaler);
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.horizontalPodAutoscaler);
  const recorder = createEventRecorder(context, { component: 'horizontal-pod-autoscaler' });
  const warn = (hpa: HorizontalPodAutoscaler, reason: string, message: string): void =>
    recorder.event(hpa, 'Warning', reason, message);
  const histories = new Map<string, History>();
  /** What each autoscaler selected when it was looked at last: two that select one Pod must not fight. */
  const selectors = new Map<
    string,
    { readonly namespace: string; readonly name: string; readonly selector: Selector }
  >();

  async function reconcile(key: string, hpa: HorizontalPodAutoscaler, signal: AbortSignal): Promise<void> {
    const status = new StatusDraft(hpa.status, clock.now());
    const finish = async (): Promise<void> => {
      try {
        await write.updateStatus({ ...hpa, status: status.done() }, { signal });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        warn(hpa, 'FailedUpdateStatus', error.message);
      }
    };
    let target: ScaleTarget;
    try {
      target = await scaleTarget(client, hpa, signal);
    } catch (error) {
      if (!(error instanceof NoScale)) throw error;
      warn(hpa, 'FailedGetScale', error.message);
      const message = `the HPA controller was unable to get the target's current scale: ${error.message}`;
      status.set('AbleToScale', 'False', 'FailedGetScale', message);
      return await finish();
    }
    const able = "the HPA controller was able to get the target's current scale";
    status.set('AbleToScale', 'True', 'SucceededGetScale', able);
    const current = target.scale.spec?.replicas ?? 0;
    if (!histories.has(key)) {
      const recommendations = [{ replicas: current, atMs: clock.now() }];
      histories.set(key, { recommendations, ups: [], downs: [] });
    }
    const decision = await decide(key, hpa, target.scale, status, signal);
    if ('failure' in decision) {
      status.sizes(current, undefined, decision.metrics);
      await finish();
      warn(hpa, 'FailedComputeMetricsReplicas', decision.failure);
      return;
    }
    const { replicas, reason, metrics } = decision;
    if (replicas === undefined || replicas === current) {
      status.sizes(current, current, metrics);
      return await finish();
    }
    try {
      await target.resize(replicas, signal);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      warn(hpa, 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${error.message}`);
      const message = `the HPA controller was unable to update the target scale: ${error.message}`;
      status.set('AbleToScale', 'False', 'FailedUpdateScale', message);
      status.sizes(current, undefined, metrics);
      return await finish();
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    status.set('AbleToScale', 'True', 'SucceededRescale', message);
    recorder.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
    note(key, hpa, current, replicas);
    status.sizes(current, replicas, metrics, true);
    await finish();
  }

  /** How large it should be, and why; undefined: as it is. */
  async function decide(
    key: string,
    hpa: HorizontalPodAutoscaler,
    scale: Scale,
    status: StatusDraft,
    signal: AbortSignal,
  ): Promise<Decision> {
    const { minReplicas: min = 1, maxReplicas: max = 0 } = hpa.spec ?? {};
    const current = scale.spec?.replicas ?? 0;
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      status.set('ScalingActive', 'False', 'ScalingDisabled', message);
      return { replicas: undefined, reason: '' };
    }
    if (current > max) return { replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < min) return { replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' };
    const measured = await measure(key, hpa, scale, status, signal);
    if ('failure' in measured) return measured;
    const { replicas: wanted, name, metrics } = measured;
    const reason = wanted > current ? `${name} above target` : wanted < current ? 'All metrics below target' : '';
    return { replicas: normalize(key, hpa, { current, desired: wanted, min, max }, status), reason, metrics };
  }

  /** What the metrics ask for together: the most that any of them does. */
  async function measure(
    key: string,
    hpa: HorizontalPodAutoscaler,
    scale: Scale,
    status: StatusDraft,
    signal: AbortSignal,
  ): Promise<
    { readonly replicas: number; readonly name: string; readonly metrics: readonly MetricStatus[] } | Failure
  > {
    const specs = hpa.spec?.metrics ?? [];
    const selected = select(key, hpa, scale.status?.selector ?? '', status);
    if ('failure' in selected) return selected;
    const replicas = { spec: scale.spec?.replicas ?? 0, status: scale.status?.replicas ?? 0 };
    const source = metricsSource(client, signal);
    const selector = selected.selector.toString();
    const metrics: MetricStatus[] = [];
    const failures: MetricFailure[] = [];
    let best: MetricValue | undefined;
    for (const spec of specs) {
      try {
        const { pods: list } = selected;
        const value = await metricValue(spec, { hpa, source, pods: list, selector, replicas, nowMs: clock.now() });
        metrics.push(value.status);
        if (best === undefined || value.replicas > best.replicas) best = value;
      } catch (error) {
        if (!(error instanceof MetricFailure)) throw error;
        warn(hpa, error.reason, error.detail);
        metrics.push(NO_METRIC);
        failures.push(error);
      }
    }
    const [first] = failures;
    // What is not known might ask for more: without it the size only grows.
    if (best === undefined || (first !== undefined && best.replicas < replicas.spec)) {
      if (first === undefined) return { replicas: 0, name: '', metrics };
      const message = `the HPA was unable to compute the replica count: ${first.detail}`;
      status.set('ScalingActive', 'False', first.reason, message);
      const failure = `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first.message}`;
      return { failure, metrics };
    }
    const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    status.set('ScalingActive', 'True', 'ValidMetricFound', message);
    return { replicas: best.replicas, name: best.name, metrics };
  }

  /** The Pods of the target, unless another autoscaler has some of them too. */
  function select(
    key: string,
    { metadata, ...hpa }: HorizontalPodAutoscaler,
    text: string,
    status: StatusDraft,
  ): { readonly pods: readonly Pod[]; readonly selector: Selector } | Failure {
    const fail = (event: string, reason: string, message: string, condition = message): Failure => {
      warn({ ...hpa, metadata }, event, message);
      status.set('ScalingActive', 'False', reason, condition);
      return { failure: message };
    };
    if (text === '')
      return fail(
        'SelectorRequired',
        'InvalidSelector',
        'selector is required',
        "the HPA target's scale is missing a selector",
      );
    let selector: Selector;
    try {
      selector = parseLabelSelector(text);
    } catch (error) {
      if (!(error instanceof SelectorProblem)) throw error;
      const message = `couldn't convert selector into a corresponding internal selector object: ${error.message}`;
      return fail('InvalidSelector', 'InvalidSelector', message);
    }
    const { name = '', namespace = '' } = metadata;
    selectors.set(key, { namespace, name, selector });
    const selected = pods.lister.list(namespace).filter((pod) => selector.matches(pod.metadata.labels ?? {}));
    const others = [...selectors.values()].filter(
      (other) =>
        other.namespace === namespace && selected.some((pod) => other.selector.matches(pod.metadata.labels ?? {})),
    );
    if (others.length < 2) return { pods: selected, selector };
    const names = others
      .map((other) => `${namespace}/${other.name}`)
      .sort()
      .join(' ');
    const message = `pods by selector ${text} are controlled by multiple HPAs: [${names}]`;
    return fail('AmbiguousSelector', 'AmbiguousSelector', message);
  }

  function normalize(
    key: string,
    hpa: HorizontalPodAutoscaler,
    sizes: { readonly current: number; readonly desired: number; readonly min: number; readonly max: number },
    status: StatusDraft,
  ): number {
    const nowMs = clock.now();
    const history = histories.get(key) ?? NO_HISTORY;
    const rules = rulesOf(hpa);
    const { replicas: desired, reason, message } = stabilize(history, sizes, rules, nowMs);
    histories.set(key, { ...history, recommendations: remember(history, sizes.desired, rules, nowMs) });
    if (desired !== sizes.desired) status.set('AbleToScale', 'True', reason, message);
    else status.set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
    const wanted = { ...sizes, desired };
    const limited = rules === undefined ? limit(wanted) : limitByPolicies(wanted, history, rules, nowMs);
    status.set('ScalingLimited', limited.replicas === desired ? 'False' : 'True', limited.reason, limited.message);
    return limited.replicas;
  }

  /** Remembers a change, where rules will ask for it. */
  function note(key: string, hpa: HorizontalPodAutoscaler, from: number, to: number): void {
    const rules = rulesOf(hpa);
    const history = histories.get(key);
    if (rules === undefined || history === undefined) return;
    const nowMs = clock.now();
    const change = { replicas: Math.abs(to - from), atMs: nowMs };
    histories.set(
      key,
      to > from
        ? { ...history, ups: [...recentChanges(history.ups, rules.up, nowMs), change] }
        : { ...history, downs: [...recentChanges(history.downs, rules.down, nowMs), change] },
    );
  }

  return createController(context, {
    name: 'horizontal-pod-autoscaler-controller',
    informers: [autoscalers, pods],
    watch: (queue) => [
      autoscalers.addHandler({
        onAdd: (hpa) => queue.addAfter(objectKey(hpa), PERIOD_MS),
        onDelete(hpa) {
          const key = objectKey(hpa);
          histories.delete(key);
          selectors.delete(key);
        },
      }),
    ],
    async reconcile(key, signal) {
      const hpa = autoscalers.lister.byKey(key);
      if (hpa === undefined) return DONE;
      await reconcile(key, hpa, signal);
      return LATER;
    },
  });
}

interface Failure {
  readonly failure: string;
  readonly metrics?: readonly MetricStatus[];
}
type Decision =
  | { readonly replicas: number | undefined; readonly reason: string; readonly metrics?: readonly MetricStatus[] }
  | Failure;

const NO_HISTORY: History = { recommendations: [], ups: [], downs: [] };
/** What stands for a metric that says nothing. */
const NO_METRIC: MetricStatus = { type: '' };

function rulesOf({
  spec,
}: HorizontalPodAutoscaler): { readonly up: HPAScalingRules; readonly down: HPAScalingRules } | undefined {
  const { behavior } = spec ?? {};
  return behavior && { up: behavior.scaleUp ?? {}, down: behavior.scaleDown ?? {} };
}

/** A status that is put together while it is decided. */
class StatusDraft {
  readonly #now: string;
  #status: HorizontalPodAutoscalerStatus;
  #conditions: readonly HorizontalPodAutoscalerCondition[];

  constructor(status: HorizontalPodAutoscalerStatus | undefined, nowMs: number) {
    this.#now = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    this.#status = status ?? { desiredReplicas: 0 };
    this.#conditions = status?.conditions ?? [];
  }

  set(type: string, status: string, reason: string, message: string): void {
    const old = this.#conditions.find((c) => c.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : this.#now;
    const condition = { type, status, reason, message, ...(lastTransitionTime && { lastTransitionTime }) };
    this.#conditions =
      old === undefined ? [...this.#conditions, condition] : this.#conditions.map((c) => (c === old ? condition : c));
  }

  /** `desired` undefined: as it was. */
  sizes(
    current: number,
    desired: number | undefined,
    metrics: readonly MetricStatus[] | undefined,
    rescaled = false,
  ): void {
    const lastScaleTime = rescaled ? this.#now : this.#status.lastScaleTime;
    this.#status = {
      currentReplicas: current,
      desiredReplicas: desired ?? this.#status.desiredReplicas,
      ...(lastScaleTime && { lastScaleTime }),
      ...(metrics && { currentMetrics: metrics }),
    };
  }

  done(): HorizontalPodAutoscalerStatus {
    return { ...this.#status, conditions: this.#conditions };
  }
}

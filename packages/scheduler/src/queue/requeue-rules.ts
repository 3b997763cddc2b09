import type { ClusterEvent, EventAction } from '../framework/events.ts';
import type { RequeueRule } from '../framework/plugin.ts';
import type { Profile } from '../framework/profile.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/** To who waits for new nodes, one with other taints is as good as new: any change of taints brings back whom they refused. */
const ANY_TAINT: RequeueRule = { resource: 'Node', actions: ['UpdateNodeTaint'] };

/**
 * Which plugins an event may mean something to, over all profiles.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/scheduler.go buildQueueingHintMap
 */
export class RequeueRules {
  readonly #rules = new Map<string, Map<string, RequeueRule[]>>();

  constructor(profiles: readonly Profile[]) {
    for (const { plugins } of profiles) {
      for (const { name, requeueOn = [] } of plugins) {
        for (const rule of requeueOn) {
          for (const action of rule.actions) this.#add(`${rule.resource}/${action}`, name, rule);
        }
        const waitsFor = (wanted: EventAction): boolean =>
          requeueOn.some(({ resource, actions }) => resource === 'Node' && actions.includes(wanted));
        if (waitsFor('Add') && !waitsFor('UpdateNodeTaint')) this.#add('Node/UpdateNodeTaint', name, ANY_TAINT);
      }
    }
  }

  /** Names of plugins that wait for such events. */
  plugins(event: ClusterEvent): Iterable<string> {
    return this.#rules.get(`${event.resource}/${event.action}`)?.keys() ?? [];
  }

  /** May the event help a Pod that this plugin refused? */
  helps(plugin: string, pod: PodInfo, event: ClusterEvent): boolean {
    const rules = this.#rules.get(`${event.resource}/${event.action}`)?.get(plugin) ?? [];
    return rules.some((rule) => rule.helps?.(pod, event) ?? true);
  }

  #add(event: string, plugin: string, rule: RequeueRule): void {
    const byPlugin = this.#rules.get(event) ?? new Map<string, RequeueRule[]>();
    this.#rules.set(event, byPlugin);
    const rules = byPlugin.get(plugin) ?? [];
    byPlugin.set(plugin, rules);
    if (!rules.includes(rule)) rules.push(rule);
  }
}

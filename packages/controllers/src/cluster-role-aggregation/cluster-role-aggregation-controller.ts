import { kinds } from '@tabernetes/api';
import type { ClusterRole, PolicyRule } from '@tabernetes/api/types/rbac-v1';
import { labelSelectorAsSelector, semanticEqual } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

/**
 * Fills the rules of every ClusterRole that has an aggregationRule with those of the ClusterRoles that it selects.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
 */
export function clusterRoleAggregationController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const roles = informers.for(kinds.clusterRole);
  return createController(context, {
    name: 'clusterrole-aggregation-controller',
    informers: [roles],
    watch: (queue) => {
      // Any change may concern any role that aggregates; there are few of those.
      const enqueue = (): void => {
        for (const { aggregationRule, metadata } of roles.lister.list()) {
          if (aggregationRule !== undefined) queue.add(metadata.name ?? '');
        }
      };
      return [roles.addHandler({ onAdd: enqueue, onUpdate: enqueue, onDelete: enqueue })];
    },
    async reconcile(key, signal) {
      const role = roles.lister.byKey(key);
      if (role?.aggregationRule === undefined) return DONE;
      const rules = aggregatedRules(role, roles.lister.list());
      if (semanticEqual(rules, role.rules ?? [])) return DONE;
      const { apiVersion, kind } = role;
      // Applied, as upstream does: rules that nobody gives any more go, while those that somebody else wrote stay when there are none.
      const applied = { apiVersion, kind, metadata: { name: key }, ...(rules.length > 0 && { rules }) };
      await client.resource(kinds.clusterRole).apply(applied, { fieldManager: MANAGER, force: true, signal });
      return DONE;
    },
  });
}

const MANAGER = 'clusterrole-aggregation-controller';

/** Rules of the selected roles in the order of their names, each once. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const byName = [...all].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const labels of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = labelSelectorAsSelector(labels);
    for (const candidate of byName) {
      if (candidate.metadata.name === role.metadata.name || !selector.matches(candidate.metadata.labels ?? {}))
        continue;
      for (const rule of candidate.rules ?? []) if (!rules.some((r) => semanticEqual(r, rule))) rules.push(rule);
    }
  }
  return rules;
}

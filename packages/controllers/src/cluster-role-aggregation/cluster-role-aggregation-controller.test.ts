import { kinds } from '@tabernetes/api';
import type { ClusterRole } from '@tabernetes/api/types/rbac-v1';
import { describe, expect, test } from 'vitest';
import { startHarness } from '../testing/harness.ts';
import { aggregatedRules, clusterRoleAggregationController } from './cluster-role-aggregation-controller.ts';

const role = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels },
  rules: resources.map((r) => ({ verbs: ['get'], apiGroups: [''], resources: [r] })),
});

describe('ClusterRole aggregation', () => {
  test('CRA-1 gathers the rules of what it selects by name, each once, and never its own', () => {
    const all = [role('z', { a: '1' }, 'pods', 'nodes'), role('b', { a: '1' }, 'pods'), role('other', {}, 'secrets')];
    const agg: ClusterRole = {
      ...role('agg', { a: '1' }, 'events'),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: '1' } }] },
    };
    expect(aggregatedRules(agg, [...all, agg]).map((r) => r.resources)).toEqual([['pods'], ['nodes']]);
  });

  test('CRA-1 applies what it gathers; rules that somebody else wrote stay while there is nothing to gather', async () => {
    const h = await startHarness({ controllers: [clusterRoleAggregationController] });
    const own = [{ verbs: ['get'], apiGroups: [''], resources: ['nodes'] }];
    await h.create<ClusterRole>({
      ...role('agg', {}),
      rules: own,
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] },
    });
    expect((await h.get(kinds.clusterRole, 'agg')).rules).toEqual(own);
    await h.create(role('part', { part: 'yes' }, 'pods'));
    const filled = await h.get(kinds.clusterRole, 'agg');
    expect(filled.rules?.map((r) => r.resources)).toEqual([['pods']]);
    expect(filled.metadata.managedFields?.map((m) => `${m.manager} ${m.operation}`)).toContain(
      'clusterrole-aggregation-controller Apply',
    );
    await h.client.resource(kinds.clusterRole).delete('part');
    await h.settle();
    expect((await h.get(kinds.clusterRole, 'agg')).rules ?? []).toEqual([]);
    expect(h.errors).toEqual([]);
    h.dispose();
  });
});

import type { ClusterRole } from '@tabernetes/api/types/rbac-v1';
import { describe, expect, test } from 'vitest';
import { aggregatedRules } from './cluster-role-aggregation-controller.ts';

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
});

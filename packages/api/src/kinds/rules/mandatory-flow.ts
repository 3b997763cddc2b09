import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from '../../generated/flowcontrol-v1.ts';

/*
 * What every cluster has and nobody may change, so that the server can always be reached.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go
 */

const everything = {
  nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
  resourceRules: [{ apiGroups: ['*'], clusterScope: true, namespaces: ['*'], resources: ['*'], verbs: ['*'] }],
};
const group = (name: string) => ({ group: { name }, kind: 'Group' });

/** Specs of FlowSchemas by name. */
export const MANDATORY_FLOW_SCHEMAS: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: {
    matchingPrecedence: 1,
    priorityLevelConfiguration: { name: 'exempt' },
    rules: [{ ...everything, subjects: [group('system:masters')] }],
  },
  'catch-all': {
    distinguisherMethod: { type: 'ByUser' },
    matchingPrecedence: 10_000,
    priorityLevelConfiguration: { name: 'catch-all' },
    rules: [{ ...everything, subjects: [group('system:unauthenticated'), group('system:authenticated')] }],
  },
};

/** Specs of PriorityLevelConfigurations by name. What stands in `exempt` may be changed. */
export const MANDATORY_PRIORITY_LEVELS: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  exempt: { exempt: { lendablePercent: 0, nominalConcurrencyShares: 0 }, type: 'Exempt' },
  'catch-all': {
    limited: { lendablePercent: 0, limitResponse: { type: 'Reject' }, nominalConcurrencyShares: 5 },
    type: 'Limited',
  },
};

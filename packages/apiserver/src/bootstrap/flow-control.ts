import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from '@tabernetes/api';
import type {
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationSpec,
  ResourcePolicyRule,
  Subject,
} from '@tabernetes/api/types/flowcontrol-v1';

/*
 * How a new cluster shares its API server: levels of priority, and which requests belong to which. Nothing here throttles;
 * the objects are there to be read and used.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go
 */

const limited = (
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): PriorityLevelConfigurationSpec => ({
  type: 'Limited',
  limited: {
    nominalConcurrencyShares,
    lendablePercent,
    limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
  },
});

/** Specs of PriorityLevelConfigurations by name. */
export const PRIORITY_LEVELS: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  ...MANDATORY_PRIORITY_LEVELS,
  'global-default': limited(20, 50, 128, 6),
  'leader-election': limited(10, 0, 16, 4),
  'node-high': limited(40, 25, 64, 6),
  system: limited(30, 33, 64, 6),
  'workload-high': limited(40, 50, 128, 6),
  'workload-low': limited(100, 90, 128, 6),
};

const user = (name: string): Subject => ({ kind: 'User', user: { name } });
const group = (name: string): Subject => ({ kind: 'Group', group: { name } });
const account = (name: string): Subject => ({
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name },
});
const EVERYBODY = [group('system:unauthenticated'), group('system:authenticated')];

const resources = (apiGroup: string, names: readonly string[], verbs: readonly string[]): ResourcePolicyRule => ({
  apiGroups: [apiGroup],
  namespaces: ['*'],
  resources: names,
  verbs,
});
const LEASES = (verbs: readonly string[]) => resources('coordination.k8s.io', ['leases'], verbs);
const WRITES = ['get', 'create', 'update'];

const everything = (...subjects: Subject[]): PolicyRulesWithSubjects => ({
  subjects,
  nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
  resourceRules: [{ ...resources('*', ['*'], ['*']), clusterScope: true }],
});

const schema = (
  matchingPrecedence: number,
  level: string,
  rule: PolicyRulesWithSubjects,
  distinguisher?: 'ByUser' | 'ByNamespace',
): FlowSchemaSpec => ({
  priorityLevelConfiguration: { name: level },
  matchingPrecedence,
  ...(distinguisher && { distinguisherMethod: { type: distinguisher } }),
  rules: [rule],
});

/** Specs of FlowSchemas by name. */
export const FLOW_SCHEMAS: Readonly<Record<string, FlowSchemaSpec>> = {
  ...MANDATORY_FLOW_SCHEMAS,
  probes: schema(2, 'exempt', {
    subjects: EVERYBODY,
    nonResourceRules: [{ nonResourceURLs: ['/healthz', '/readyz', '/livez'], verbs: ['get'] }],
  }),
  'system-leader-election': schema(
    100,
    'leader-election',
    {
      subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), account('*')],
      resourceRules: [LEASES(WRITES)],
    },
    'ByUser',
  ),
  'endpoint-controller': schema(
    150,
    'workload-high',
    {
      subjects: [
        user('system:kube-controller-manager'),
        account('endpoint-controller'),
        account('endpointslicemirroring-controller'),
      ],
      resourceRules: [resources('', ['endpoints'], WRITES)],
    },
    'ByUser',
  ),
  'workload-leader-election': schema(
    200,
    'leader-election',
    {
      subjects: [account('*')],
      resourceRules: [resources('', ['endpoints', 'configmaps'], WRITES), LEASES(WRITES)],
    },
    'ByUser',
  ),
  'system-node-high': schema(
    400,
    'node-high',
    {
      subjects: [group('system:nodes')],
      resourceRules: [{ ...resources('', ['nodes', 'nodes/status'], ['*']), clusterScope: true }, LEASES(['*'])],
    },
    'ByUser',
  ),
  'system-nodes': schema(500, 'system', everything(group('system:nodes')), 'ByUser'),
  'kube-controller-manager': schema(
    800,
    'workload-high',
    everything(user('system:kube-controller-manager')),
    'ByNamespace',
  ),
  'kube-scheduler': schema(800, 'workload-high', everything(user('system:kube-scheduler')), 'ByNamespace'),
  'kube-system-service-accounts': schema(900, 'workload-high', everything(account('*')), 'ByNamespace'),
  'service-accounts': schema(9000, 'workload-low', everything(group('system:serviceaccounts')), 'ByUser'),
  'global-default': schema(9900, 'global-default', everything(...EVERYBODY), 'ByUser'),
};

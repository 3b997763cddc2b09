import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '@tabernetes/api/types/rbac-v1';
import { CLUSTER_ROLES, ROLES } from './bootstrap-policy.ts';

/** What a new cluster holds of every kind, each in the order of names. */
export interface BootstrapObjects {
  readonly clusterRoles: readonly ClusterRole[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roles: readonly Role[];
  readonly roleBindings: readonly RoleBinding[];
}

const GROUP = 'rbac.authorization.k8s.io';
const API_VERSION = `${GROUP}/v1`;
const AGGREGATE = `${GROUP}/aggregate-to-`;

/** Made anew at each call: nobody needs it twice. */
export function bootstrapObjects(): BootstrapObjects {
  const wide = entries(CLUSTER_ROLES);
  const narrow = entries(ROLES);
  return {
    clusterRoles: aggregated(wide).map(clusterRole),
    clusterRoleBindings: wide.flatMap(clusterRoleBinding),
    roles: narrow.map(({ namespace, name, rules }) => ({
      apiVersion: API_VERSION,
      kind: 'Role',
      metadata: { ...metadata(name), namespace },
      rules,
    })),
    roleBindings: narrow.flatMap(roleBinding),
  };
}

/** One role with its rules, as the policy's text has it. */
interface Entry {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** Roles that gather it. */
  readonly partOf: readonly string[];
  /** What it gathers. */
  readonly gathers: string | undefined;
  readonly binding: { readonly name: string; readonly subjects: readonly Subject[] } | undefined;
}

function entries(text: string): readonly Entry[] {
  const found: (Entry & { readonly rules: PolicyRule[] })[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('  ')) found.at(-1)?.rules.push(rule(line.slice(2)));
    else found.push({ ...entry(line), rules: [] });
  }
  return found;
}

function entry(line: string): Omit<Entry, 'rules'> {
  const [head = '', bound] = line.split(' <');
  const [path = '', ...marks] = head.split(' ');
  const slash = path.indexOf('/');
  const name = path.slice(slash + 1);
  const [bindingName, ...subjects] = bound?.split(' ') ?? [];
  return {
    namespace: path.slice(0, Math.max(slash, 0)),
    name,
    partOf: marks.filter((mark) => mark.startsWith('+')).map((mark) => mark.slice(1)),
    gathers: marks.find((mark) => mark.startsWith('='))?.slice(1),
    binding: bound === undefined ? undefined : { name: bindingName || name, subjects: subjects.map(subject) },
  };
}

function rule(text: string): PolicyRule {
  const [verbs = '', what = ''] = text.split(' ');
  const colon = what.indexOf(':');
  if (colon < 0) return { nonResourceURLs: what.split(','), verbs: verbs.split(',') };
  const groups = what.slice(0, colon).split(',');
  const [resources = '', names] = what.slice(colon + 1).split('#');
  return {
    apiGroups: groups.map((group) => (group === 'core' ? '' : group)),
    ...(names !== undefined && { resourceNames: names.split(',') }),
    resources: resources.split(','),
    verbs: verbs.split(','),
  };
}

function subject(text: string): Subject {
  const at = text.indexOf('=');
  const name = text.slice(at + 1);
  if (text.startsWith('account=')) return { kind: 'ServiceAccount', name, namespace: 'kube-system' };
  return { apiGroup: GROUP, kind: text.startsWith('user=') ? 'User' : 'Group', name };
}

/**
 * Fills in the rules of roles that gather others, so that they are good before any controller looks at them. A role comes
 * after those that it gathers when the gathered ones are asked for first.
 */
function aggregated(roles: readonly Entry[]): readonly Entry[] {
  const done = new Map<string, readonly PolicyRule[]>();
  const rulesOf = (role: Entry): readonly PolicyRule[] => {
    const { gathers } = role;
    if (gathers === undefined) return role.rules;
    const known = done.get(role.name);
    if (known) return known;
    const parts = roles.filter(({ partOf, name }) => partOf.includes(gathers) && name !== role.name);
    const rules = new Map(parts.flatMap(rulesOf).map((part) => [JSON.stringify(part), part]));
    done.set(role.name, [...rules.values()]);
    return [...rules.values()];
  };
  return roles.map((role) => ({ ...role, rules: rulesOf(role) }));
}

const metadata = (name: string, partOf: readonly string[] = []) => ({
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: {
    'kubernetes.io/bootstrapping': 'rbac-defaults',
    ...Object.fromEntries(partOf.map((whole) => [`${AGGREGATE}${whole}`, 'true'])),
  },
  name,
});

const clusterRole = ({ name, rules, partOf, gathers }: Entry): ClusterRole => ({
  apiVersion: API_VERSION,
  kind: 'ClusterRole',
  metadata: metadata(name, partOf),
  ...(gathers !== undefined && {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${AGGREGATE}${gathers}`]: 'true' } }] },
  }),
  rules,
});

const clusterRoleBinding = ({ name, binding }: Entry): readonly ClusterRoleBinding[] =>
  binding === undefined
    ? []
    : [
        {
          apiVersion: API_VERSION,
          kind: 'ClusterRoleBinding',
          metadata: metadata(binding.name),
          roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
          subjects: binding.subjects,
        },
      ];

const roleBinding = ({ namespace, name, binding }: Entry): readonly RoleBinding[] =>
  binding === undefined
    ? []
    : [
        {
          apiVersion: API_VERSION,
          kind: 'RoleBinding',
          metadata: { ...metadata(binding.name), namespace },
          roleRef: { apiGroup: GROUP, kind: 'Role', name },
          subjects: binding.subjects,
        },
      ];

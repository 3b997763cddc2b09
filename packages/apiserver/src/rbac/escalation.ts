import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '@tabernetes/api/types/rbac-v1';
import {
  type Draft,
  failure,
  forbiddenStatus,
  goQuote,
  type KubeObject,
  notFound,
  type StructSchema,
  semanticEqual,
  type UserInfo,
} from '@tabernetes/apimachinery';
import type { AdmissionPlugin, MutatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { missingRights, quoted } from './coverage.ts';
import type { RbacAuthorizer } from './rbac-authorizer.ts';

const GROUP = 'rbac.authorization.k8s.io';
const PLURALS: Readonly<Record<string, string>> = { Role: 'roles', ClusterRole: 'clusterroles' };

/**
 * Nobody gives away what they do not have: a role may hold only rules that its author has (or the author may `escalate`),
 * a binding only roles whose rules its author has (or the author may `bind`). Must be the last plugin that changes objects.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export const rbacEscalation = (rbac: RbacAuthorizer): AdmissionPlugin => ({
  name: 'RBACEscalation',
  operations: ['CREATE', 'UPDATE'],
  resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  replacesParts: true,
  async admit(attributes, reader) {
    const { definition, draft, subresource, old, user } = attributes;
    if (definition.group !== GROUP || draft === undefined || subresource !== '') return;
    if (user.groups.includes('system:masters')) return;
    if (old !== undefined && changesOwnersOnly(draft as KubeObject, old, definition.schema)) return;
    if (definition.kind in PLURALS) await checkRole(attributes, draft as Draft<ClusterRole>, rbac, reader);
    else await checkBinding(attributes, draft as Draft<RoleBinding>, rbac, reader);
  },
});

const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

async function checkRole(
  attributes: MutatingAttributes,
  role: Draft<Role | ClusterRole>,
  rbac: RbacAuthorizer,
  reader: ServerReader,
): Promise<void> {
  const { user, namespace, resource, operation, name, old } = attributes;
  // A creation has no name in its path, and that is what is asked about.
  const asked = operation === 'CREATE' ? '' : name;
  if (await may(reader, user, 'escalate', resource, namespace, asked)) return;
  const refuse = (why: string): never => {
    throw forbiddenStatus({ group: GROUP, resource }, role.metadata.name ?? '', why);
  };
  const problem = escalationProblem(rbac, user, namespace, role.rules ?? []);
  if (problem !== undefined) refuse(problem);
  if (!aggregates(role) && !aggregates(old as ClusterRole | undefined)) return;
  if (escalationProblem(rbac, user, namespace, EVERYTHING) === undefined) return;
  refuse('must have cluster-admin privileges to use the aggregationRule');
}

async function checkBinding(
  attributes: MutatingAttributes,
  binding: Draft<RoleBinding | ClusterRoleBinding>,
  rbac: RbacAuthorizer,
  reader: ServerReader,
): Promise<void> {
  const { user, namespace, resource } = attributes;
  const { kind = '', name = '' } = binding.roleRef ?? {};
  const plural = PLURALS[kind];
  if (plural === undefined) throw failure(500, '', `unsupported role reference kind: ${goQuote(kind)}`);
  if (await may(reader, user, 'bind', plural, namespace, name)) return;
  const rules = rbac.roleRules({ kind, name }, namespace);
  // By then upstream only knows what was asked for: the binding.
  if (rules === undefined) throw notFound({ group: GROUP, resource }, name);
  const problem = escalationProblem(rbac, user, namespace, rules);
  if (problem !== undefined) throw forbiddenStatus({ group: GROUP, resource }, binding.metadata.name ?? '', problem);
}

function escalationProblem(
  rbac: RbacAuthorizer,
  user: UserInfo,
  namespace: string,
  wanted: readonly PolicyRule[],
): string | undefined {
  const { rules, missing } = rbac.userRules(user, namespace);
  const lines = missingRights(rules, wanted);
  if (lines.length === 0) return undefined;
  const who = `user ${goQuote(user.name)} (groups=${quoted(user.groups)})`;
  const text = `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  if (missing.length === 0) return text;
  const lost = missing.map(({ kind, name }) => `${PLURALS[kind]}.${GROUP} ${goQuote(name)} not found`);
  return `${text}; resolution errors: [${lost.length === 1 ? lost[0] : `[${lost.join(', ')}]`}]`;
}

async function may(
  reader: ServerReader,
  user: UserInfo,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): Promise<boolean> {
  const asked = { group: GROUP, version: '*', resource, subresource: '', namespace, name };
  return (await reader.authorize({ user, verb, resource: asked, path: '' })).allowed;
}

const aggregates = (role: Draft<Role | ClusterRole> | ClusterRole | undefined): boolean =>
  role !== undefined && 'aggregationRule' in role && Boolean(role.aggregationRule?.clusterRoleSelectors?.length);

/** What a garbage collector does on its way to a deletion, whose user need not have the rights at stake. */
function changesOwnersOnly(object: KubeObject, old: KubeObject, schema: StructSchema): boolean {
  const { ownerReferences, finalizers, managedFields } = old.metadata;
  const metadata = { ...object.metadata, ownerReferences, finalizers, managedFields };
  return semanticEqual({ ...object, metadata }, old, schema);
}

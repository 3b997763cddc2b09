import type { AccessAttributes, AccessDecision } from '@tabernetes/api';
import type { PolicyRule } from '@tabernetes/api/types/rbac-v1';
import { goQuote, type KubeObject, parseFieldSelector, SelectorProblem, type UserInfo } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { Authorizer } from '../authorization.ts';
import { bootstrapObjects } from './bootstrap-objects.ts';
import { type NodeRelations, nodeRelations } from './node-relations.ts';
import { ruleAllows } from './rules.ts';

type Resource = NonNullable<AccessAttributes['resource']>;
type Decision = AccessDecision | Promise<AccessDecision>;

/**
 * What kubelets may do: about their own node, and about what the Pods bound to it need. Says nothing of other users.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export async function nodeAuthorizer(store: Store<KubeObject>): Promise<Authorizer & Disposable> {
  const relations = await nodeRelations(store);
  const nodeRules =
    bootstrapObjects().clusterRoles.find(({ metadata }) => metadata.name === 'system:node')?.rules ?? [];
  return {
    authorize(attributes) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return NO_OPINION;
      if (node === '') return because(`unknown node for user ${goQuote(attributes.user.name)}`);
      const { verb, resource } = attributes;
      const rule =
        resource && BY_RESOURCE[resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`];
      return rule ? rule({ node, verb, resource, relations }) : byRules(nodeRules, attributes);
    },
    rulesFor: (user) => {
      const isNode = nodeOf(user) !== undefined;
      const none = { resourceRules: [], nonResourceRules: [], incomplete: isNode };
      return isNode ? { ...none, evaluationError: 'node authorizer does not support user rule resolution' } : none;
    },
    dispose: () => relations.dispose(),
  };
}

interface Question {
  /** Name of the node that asks. */
  readonly node: string;
  readonly verb: string;
  readonly resource: Resource;
  readonly relations: NodeRelations;
}

const ALLOWED: AccessDecision = { allowed: true };
const NO_OPINION: AccessDecision = { allowed: false };
const because = (reason: string): AccessDecision => ({ allowed: false, reason });
const READS = ['get', 'list', 'watch'];
const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

/** By resource and group. Whatever is not here is up to the rules of the role `system:node`. */
const BY_RESOURCE: Readonly<Record<string, (question: Question) => Decision>> = {
  secrets: readOne,
  configmaps: readOne,
  persistentvolumeclaims: (question) => (question.resource.subresource === 'status' ? writeStatus : getOne)(question),
  persistentvolumes: getOne,
  'volumeattachments.storage.k8s.io': getOne,
  serviceaccounts: createToken,
  'leases.coordination.k8s.io': ownLease,
  'csinodes.storage.k8s.io': ownCsiNode,
  nodes: ownNode,
  pods: ownPods,
};

/** Undefined: no node; empty: a node that cannot be told. */
export function nodeOf({ name, groups }: UserInfo): string | undefined {
  const prefix = 'system:node:';
  return name.startsWith(prefix) && groups.includes('system:nodes') ? name.slice(prefix.length) : undefined;
}

const byRules = (rules: readonly PolicyRule[], attributes: AccessAttributes): AccessDecision =>
  rules.some((rule) => ruleAllows(rule, attributes)) ? ALLOWED : NO_OPINION;

async function related({ node, resource, relations }: Question): Promise<AccessDecision> {
  if (resource.name === '') return because('No Object name found');
  if (await relations.needs(node, resource.resource, resource.namespace, resource.name)) return ALLOWED;
  return because(`no relationship found between node '${node}' and this object`);
}

function readOne(question: Question): Decision {
  const { verb, resource } = question;
  if (!READS.includes(verb)) return because('can only read resources of this type');
  if (resource.subresource !== '') return because('cannot read subresource');
  if (resource.namespace === '') return because('can only read namespaced object of this type');
  return related(question);
}

function getOne(question: Question): Decision {
  if (question.verb !== 'get') return because('can only get individual resources of this type');
  return question.resource.subresource === '' ? related(question) : because('cannot get subresource');
}

function writeStatus(question: Question): Decision {
  const { verb } = question;
  return verb === 'update' || verb === 'patch' ? related(question) : because('can only get/update/patch this type');
}

function createToken(question: Question): Decision {
  const { verb, resource } = question;
  if (verb !== 'create' || resource.name === '')
    return because('can only create tokens for individual service accounts');
  if (resource.subresource !== 'token') return because('can only create token subresource of serviceaccount');
  return related(question);
}

function ownLease({ node, verb, resource: { namespace, name } }: Question): Decision {
  if (!OWN_VERBS.includes(verb)) return because('can only get, create, update, patch, or delete a node lease');
  if (namespace !== 'kube-node-lease')
    return because('can only access leases in the "kube-node-lease" system namespace');
  if (verb === 'create' || name === node) return ALLOWED;
  return because('can only access node lease with the same name as the requesting node');
}

function ownCsiNode({ node, verb, resource: { subresource, name } }: Question): Decision {
  if (!OWN_VERBS.includes(verb)) return because('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return because('cannot authorize CSINode subresources');
  if (verb === 'create' || name === node) return ALLOWED;
  return because('can only access CSINode with the same name as the requesting node');
}

function ownNode({ node, verb, resource: { subresource, name } }: Question): Decision {
  const writes = verb === 'update' || verb === 'patch';
  if (subresource === 'status') return writes ? ALLOWED : NO_OPINION;
  if (subresource !== '') return NO_OPINION;
  if (writes || verb === 'create' || (READS.includes(verb) && name === node)) return ALLOWED;
  if (!READS.includes(verb)) return NO_OPINION;
  const what = name === '' ? 'all nodes' : `'${name}'`;
  return because(`node '${node}' cannot read ${what}, only its own Node object`);
}

function ownPods(question: Question): Decision {
  const { verb, resource } = question;
  switch (resource.subresource) {
    case '':
      if (verb === 'create' || verb === 'delete') return ALLOWED;
      if (verb === 'get') return getOne(question);
      if (verb !== 'list' && verb !== 'watch') return NO_OPINION;
      if (resource.fieldSelector !== undefined && selectsNode(resource.fieldSelector, question.node)) return ALLOWED;
      if (resource.name !== '') return related(question);
      return because('can only list/watch pods with spec.nodeName field selector');
    case 'status':
      return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
    case 'eviction':
      return verb === 'create' ? ALLOWED : NO_OPINION;
    default:
      return NO_OPINION;
  }
}

/** Whether Pods of the node alone are asked for. A selector that makes no sense is refused later, by who reads it. */
function selectsNode(selector: string, node: string): boolean {
  try {
    return parseFieldSelector(selector).requirements.some(
      ({ field, operator, value }) => field === 'spec.nodeName' && operator === '=' && value === node,
    );
  } catch (error) {
    if (error instanceof SelectorProblem) return false;
    throw error;
  }
}

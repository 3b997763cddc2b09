import type { AccessAttributes, AccessDecision, AccessRules } from '@tabernetes/api';
import { aggregateText, forbiddenStatus, StatusError, type UserInfo } from '@tabernetes/apimachinery';
import type { RequestInfo } from './request-info.ts';

/** Decides what a user may do. RBAC is one; {@link groupsAuthorizer} is the smallest. */
export interface Authorizer {
  authorize(attributes: AccessAttributes): AccessDecision | Promise<AccessDecision>;
  /** What a user may do in a namespace, for SelfSubjectRulesReview. Default: an incomplete answer. */
  rulesFor?(user: UserInfo, namespace: string): AccessRules | Promise<AccessRules>;
}

export const ALLOWED: AccessDecision = { allowed: true };
export const NO_OPINION: AccessDecision = { allowed: false };

/** The first that allows or denies decides, as with several `--authorization-mode`s. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize: (attributes) => decide(authorizers, 0, attributes, ''),
    async rulesFor(user, namespace) {
      let merged: AccessRules = { resourceRules: [], nonResourceRules: [], incomplete: false };
      const problems: string[] = [];
      for (const authorizer of authorizers) {
        if (authorizer.rulesFor === undefined) continue;
        const rules = await authorizer.rulesFor(user, namespace);
        if (rules.evaluationError !== undefined) problems.push(rules.evaluationError);
        merged = {
          resourceRules: [...merged.resourceRules, ...rules.resourceRules],
          nonResourceRules: [...merged.nonResourceRules, ...rules.nonResourceRules],
          incomplete: merged.incomplete || rules.incomplete,
        };
      }
      return problems.length === 0 ? merged : { ...merged, evaluationError: aggregateText(problems.flatMap(listed)) };
    },
  };
}

/** Several problems that one authorizer has put into brackets are as many of all of them. */
const listed = (problem: string): readonly string[] => /^\[(.*)\]$/.exec(problem)?.[1]?.split(', ') ?? [problem];

/** Asks from the `next`th on; answers at once as long as they do. `reasons` of those before, a line each. */
function decide(
  authorizers: readonly Authorizer[],
  next: number,
  attributes: AccessAttributes,
  reasons: string,
): AccessDecision | Promise<AccessDecision> {
  let said = reasons;
  for (let i = next; i < authorizers.length; i++) {
    const decision = authorizers[i]?.authorize(attributes) ?? NO_OPINION;
    if (decision instanceof Promise) return decision.then((late) => conclude(authorizers, i, attributes, said, late));
    if (decision.allowed || decision.denied) return decision;
    said = withReason(said, decision);
  }
  return said === '' ? NO_OPINION : { allowed: false, reason: said };
}

function conclude(
  authorizers: readonly Authorizer[],
  at: number,
  attributes: AccessAttributes,
  reasons: string,
  decision: AccessDecision,
): AccessDecision | Promise<AccessDecision> {
  if (decision.allowed || decision.denied) return decision;
  return decide(authorizers, at + 1, attributes, withReason(reasons, decision));
}

function withReason(reasons: string, { reason }: AccessDecision): string {
  if (!reason) return reasons;
  return reasons === '' ? reason : `${reasons}\n${reason}`;
}

/**
 * What holds in every cluster before any Role is read: `system:masters` may do everything, everybody may ask for health
 * and version, known users may read discovery and ask about themselves.
 */
export const groupsAuthorizer: Authorizer = {
  authorize({ user, verb, resource, path }) {
    if (user.groups.includes('system:masters')) return ALLOWED;
    if (resource === undefined) {
      if (verb !== 'get' && verb !== 'head') return NO_OPINION;
      if (PUBLIC_PATHS.has(path)) return ALLOWED;
      return user.groups.includes('system:authenticated') && isDiscovery(path) ? ALLOWED : NO_OPINION;
    }
    const isSelfReview =
      verb === 'create' &&
      resource.subresource === '' &&
      SELF_REVIEWS.has(`${resource.group}/${resource.resource}`) &&
      user.groups.includes('system:authenticated');
    return isSelfReview ? ALLOWED : NO_OPINION;
  },
  rulesFor(user) {
    const everything = user.groups.includes('system:masters');
    return {
      resourceRules: everything
        ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
        : [
            {
              verbs: ['create'],
              apiGroups: ['authorization.k8s.io'],
              resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
            },
            { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
          ],
      nonResourceRules: everything
        ? [{ verbs: ['*'], nonResourceURLs: ['*'] }]
        : [{ verbs: ['get'], nonResourceURLs: [...PUBLIC_PATHS, ...DISCOVERY] }],
      incomplete: false,
    };
  },
};

const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/']);
const DISCOVERY: readonly string[] = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];
const SELF_REVIEWS: ReadonlySet<string> = new Set([
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authentication.k8s.io/selfsubjectreviews',
]);

const isDiscovery = (path: string): boolean =>
  DISCOVERY.some((known) => (known.endsWith('*') ? path.startsWith(known.slice(0, -1)) : path === known));

/** What is asked of the authorizer for a request. */
export function accessAttributes(user: UserInfo, info: RequestInfo): AccessAttributes {
  const { verb, path } = info;
  if (!info.isResource) return { user, verb, path };
  const { group, version, resource, subresource, namespace, name, fieldSelector } = info;
  const asked = { group, version, resource, subresource, namespace, name };
  return { user, verb, path, resource: fieldSelector === '' ? asked : { ...asked, fieldSelector } };
}

/** The 403 of a request that was not allowed: browsers are told not to guess what it is, as they are of no other Status. */
export class NotAllowed extends StatusError {}

/** @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go */
export function notAllowed(attributes: AccessAttributes, reason?: string): NotAllowed {
  const { user, verb, resource, path } = attributes;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  const because = reason ? `: ${reason}` : '';
  if (resource === undefined) {
    return new NotAllowed(
      forbiddenStatus({ group: '', resource: '' }, '', `${who} path ${JSON.stringify(path)}${because}`).status,
    );
  }
  const what = resource.subresource ? `${resource.resource}/${resource.subresource}` : resource.resource;
  const where = resource.namespace ? `in the namespace ${JSON.stringify(resource.namespace)}` : 'at the cluster scope';
  const text = `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(resource.group)} ${where}${because}`;
  return new NotAllowed(
    forbiddenStatus({ group: resource.group, resource: resource.resource }, resource.name, text).status,
  );
}

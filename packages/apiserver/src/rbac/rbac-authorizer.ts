import type { AccessAttributes, AccessDecision, AccessRules } from '@tabernetes/api';
import type { PolicyRule, RoleRef } from '@tabernetes/api/types/rbac-v1';
import { aggregateText, goQuote, type KubeObject, type UserInfo } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { KeyValue, Store } from '@tabernetes/storage';
import type { Authorizer } from '../authorization.ts';
import { storagePrefix } from '../registry/keys.ts';
import { type Grant, grantText, RoleIndex } from './role-index.ts';
import { ruleAllows, ruleConcerns } from './rules.ts';

/** Decides by stored roles and bindings. */
export interface RbacAuthorizer extends Authorizer, Disposable {
  authorize(attributes: AccessAttributes): AccessDecision;
  rulesFor(user: UserInfo, namespace: string): AccessRules;
  /** The rules that a binding in a namespace (empty: cluster-wide) would grant; undefined: no such role. */
  roleRules(
    role: { readonly kind: string; readonly name: string },
    namespace: string,
  ): readonly PolicyRule[] | undefined;
  /** Every rule that a user has, and the roles that are bound to the user but do not exist. */
  userRules(user: UserInfo, namespace: string): UserRules;
}

export interface UserRules {
  readonly rules: readonly PolicyRule[];
  readonly missing: readonly RoleRef[];
}

const GROUP = 'rbac.authorization.k8s.io';
const PREFIXES = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map((plural) =>
  storagePrefix({ group: GROUP, plural }),
);

/**
 * RBAC over what is stored. Roles and bindings are kept in an index that follows the store: a write counts for the next
 * decision, and a decision reads nothing. Resolves when the index holds what is stored.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/auth/authorizer/rbac/rbac.go
 */
export async function rbacAuthorizer(store: Store<KubeObject>): Promise<RbacAuthorizer> {
  const index = new RoleIndex();
  const current = new Map<string, KeyValue<KubeObject>>();
  const take = (kv: KeyValue<KubeObject>): void => {
    const known = current.get(kv.key);
    if (known !== undefined && known.modRevision >= kv.modRevision) return;
    current.set(kv.key, kv);
    index.put(kv.value, known?.value);
  };
  const gone = new Map<string, number>();
  let loaded = false;
  // Watches first: what is written while the lists are read is not missed, and an older list does not undo it.
  const watches = PREFIXES.map((prefix) =>
    store.watch({
      prefix,
      onEvents: (events) => {
        for (const { type, kv } of events) {
          if (type === 'put') take(kv);
          else {
            index.remove(current.get(kv.key)?.value ?? kv.value);
            current.delete(kv.key);
            if (!loaded) gone.set(kv.key, kv.modRevision);
          }
        }
      },
    }),
  );
  for (const prefix of PREFIXES) {
    const { kvs } = await store.range(prefix);
    for (const kv of kvs) if ((gone.get(kv.key) ?? 0) < kv.modRevision) take(kv);
  }
  loaded = true;
  gone.clear();

  const userRules: RbacAuthorizer['userRules'] = (user, namespace) => {
    const rules: PolicyRule[] = [];
    const missing: RoleRef[] = [];
    for (const { binding } of index.grantsOf(user, namespace)) {
      const granted = index.rulesOf(binding);
      if (granted) rules.push(...granted);
      else missing.push(binding.roleRef);
    }
    return { rules, missing };
  };

  const decide = (grants: readonly Grant[], attributes: AccessAttributes): Decided => {
    let problems: string[] | undefined;
    let byName = false;
    for (const grant of grants) {
      const rules = index.rulesOf(grant.binding);
      if (rules === undefined) {
        problems ??= [];
        problems.push(missingRole(grant.binding.roleRef));
        continue;
      }
      for (const rule of rules) {
        if (ruleAllows(rule, attributes)) return { decision: allowedBy(grant), byName: byName || speaksOfNames(rule) };
        byName ||= speaksOfNames(rule) && ruleConcerns(rule, attributes);
      }
    }
    return { decision: problems ? { allowed: false, reason: `RBAC: ${aggregateText(problems)}` } : NO_OPINION, byName };
  };

  return {
    authorize(attributes) {
      const { user, verb, resource: asked } = attributes;
      const { grants, answers } = index.heldBy(user, asked?.namespace ?? '');
      if (asked === undefined) return decide(grants, attributes).decision;
      const known = answers.find(verb, asked);
      if (known !== undefined) return known;
      const { decision, byName } = decide(grants, attributes);
      if (!byName) answers.add(verb, asked, decision);
      return decision;
    },
    rulesFor(user, namespace) {
      const { rules, missing } = userRules(user, namespace);
      return {
        resourceRules: rules.filter(({ resources }) => resources?.length).map(resourceRule),
        nonResourceRules: rules
          .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
          .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
        incomplete: false,
        ...(missing.length > 0 && { evaluationError: aggregateText(missing.map(missingRole)) }),
      };
    },
    roleRules: (role, namespace) => index.rulesOfRole(role, namespace),
    userRules,
    dispose() {
      for (const watch of watches) watch.dispose();
    },
  };
}

const speaksOfNames = ({ resourceNames }: PolicyRule): boolean =>
  resourceNames !== undefined && resourceNames.length > 0;

interface Decided {
  readonly decision: AccessDecision;
  /** A rule on the way speaks of objects by name: the answer may be another for another name. */
  readonly byName: boolean;
}
/** Lets `system:masters` do everything, whatever the roles say: without it a cluster could lock everybody out. */
export const privilegedGroups: Authorizer = {
  authorize: ({ user }) => (user.groups.includes('system:masters') ? ALLOWED : NO_OPINION),
};

/** Says why once per grant, not once per request. */
function allowedBy(grant: Grant): AccessDecision {
  let decision = decisions.get(grant);
  if (decision === undefined) {
    decision = { allowed: true, reason: `RBAC: allowed by ${grantText(grant)}` };
    decisions.set(grant, decision);
  }
  return decision;
}

const decisions = new WeakMap<Grant, AccessDecision>();
const ALLOWED: AccessDecision = { allowed: true };
const NO_OPINION: AccessDecision = { allowed: false };

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule) => ({
  verbs,
  ...(apiGroups && { apiGroups }),
  ...(resources && { resources }),
  ...(resourceNames && { resourceNames }),
});

/** As caches say it: of a kind, not of its plural. */
const missingRole = ({ kind, name }: RoleRef): string => `${kind.toLowerCase()}.${GROUP} ${goQuote(name)} not found`;

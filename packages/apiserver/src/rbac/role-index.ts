import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '@tabernetes/api/types/rbac-v1';
import { goQuote, type KubeObject, type UserInfo } from '@tabernetes/apimachinery';

/** A role that somebody has. */
export interface Grant {
  readonly binding: ClusterRoleBinding | RoleBinding;
  readonly subject: Subject;
}

/**
 * Roles and bindings, by what decisions look for:
 *
 *   ""         ── "User jane" ──► grants of ClusterRoleBindings
 *   "default"  ── "Group devs" ──► grants of RoleBindings in that namespace
 *
 * ServiceAccounts stand under their user names, so a decision costs one look per group and scope, however many bindings
 * there are.
 */
export class RoleIndex {
  readonly #rules = new Map<string, readonly PolicyRule[]>();
  readonly #grants = new Map<string, Map<string, readonly Grant[]>>();

  /** Takes in a Role, ClusterRole or binding; `old` is what it was before. Objects of other kinds are passed over. */
  put(object: KubeObject, old: KubeObject | undefined): void {
    if (old) this.remove(old);
    const { kind } = object;
    if (kind === 'ClusterRole' || kind === 'Role') {
      this.#rules.set(roleKey(object), (object as ClusterRole | Role).rules ?? []);
    } else if (isBinding(object)) {
      for (const subject of object.subjects ?? []) this.#addGrant({ binding: object, subject });
    }
  }

  remove(object: KubeObject): void {
    const { kind } = object;
    if (kind === 'ClusterRole' || kind === 'Role') this.#rules.delete(roleKey(object));
    else if (isBinding(object)) for (const subject of object.subjects ?? []) this.#dropGrants(object, subject);
  }

  /** Rules of the role that a binding grants; undefined: there is no such role. */
  rulesOf({ roleRef, metadata }: ClusterRoleBinding | RoleBinding): readonly PolicyRule[] | undefined {
    return this.rulesOfRole(roleRef, metadata.namespace ?? '');
  }

  /** Rules of a role as a binding in a namespace would refer to it. */
  rulesOfRole(
    { kind, name }: { readonly kind: string; readonly name: string },
    namespace: string,
  ): readonly PolicyRule[] | undefined {
    return this.#rules.get(kind === 'Role' ? `${namespace}/${name}` : name);
  }

  /**
   * What a user has cluster-wide, then in a namespace (empty: none), each in the order of the bindings' names; of a binding
   * that names the user more than once, the first subject.
   */
  *grantsOf(user: UserInfo, namespace: string): Iterable<Grant> {
    yield* this.#grantsIn('', user);
    if (namespace !== '') yield* this.#grantsIn(namespace, user);
  }

  #grantsIn(scope: string, user: UserInfo): readonly Grant[] {
    const bySubject = this.#grants.get(scope);
    if (bySubject === undefined) return [];
    let found = bySubject.get(userKey(user.name)) ?? NONE;
    for (const group of user.groups) {
      const more = bySubject.get(groupKey(group));
      if (more !== undefined) found = found.length === 0 ? more : merged(found, more);
    }
    return found;
  }

  #addGrant(grant: Grant): void {
    const scope = grant.binding.metadata.namespace ?? '';
    const key = subjectKey(grant.subject, scope);
    if (key === undefined) return;
    const bySubject = this.#grants.get(scope) ?? new Map<string, readonly Grant[]>();
    this.#grants.set(scope, bySubject);
    bySubject.set(key, merged(bySubject.get(key) ?? NONE, [grant]));
  }

  #dropGrants(binding: ClusterRoleBinding | RoleBinding, subject: Subject): void {
    const scope = binding.metadata.namespace ?? '';
    const key = subjectKey(subject, scope);
    const bySubject = this.#grants.get(scope);
    const grants = key === undefined ? undefined : bySubject?.get(key);
    if (key === undefined || bySubject === undefined || grants === undefined) return;
    const kept = grants.filter((grant) => grant.binding.metadata.name !== binding.metadata.name);
    if (kept.length > 0) bySubject.set(key, kept);
    else bySubject.delete(key);
    if (bySubject.size === 0) this.#grants.delete(scope);
  }
}

/** `ClusterRoleBinding "view" of ClusterRole "view" to User "jane"` */
export function grantText({ binding, subject }: Grant): string {
  const { kind, metadata, roleRef } = binding;
  const { name = '', namespace } = metadata;
  const which = namespace === undefined ? name : `${name}/${namespace}`;
  const whom =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (namespace ?? '')}` : subject.name;
  return `${kind} ${goQuote(which)} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${subject.kind} ${goQuote(whom)}`;
}

const NONE: readonly Grant[] = [];

const isBinding = (object: KubeObject): object is ClusterRoleBinding | RoleBinding =>
  object.kind === 'ClusterRoleBinding' || object.kind === 'RoleBinding';

const roleKey = ({ kind, metadata: { namespace = '', name = '' } }: KubeObject): string =>
  kind === 'Role' ? `${namespace}/${name}` : name;

const userKey = (name: string): string => `User ${name}`;
const groupKey = (name: string): string => `Group ${name}`;

/** Undefined: nobody can be meant. */
function subjectKey({ kind, name, namespace }: Subject, scope: string): string | undefined {
  if (kind === 'User') return userKey(name);
  if (kind === 'Group') return groupKey(name);
  const home = namespace || scope;
  return kind === 'ServiceAccount' && home !== '' ? userKey(`system:serviceaccount:${home}:${name}`) : undefined;
}

/** Both lists in the order of the bindings' names, each binding once. */
function merged(a: readonly Grant[], b: readonly Grant[]): readonly Grant[] {
  const all: Grant[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    if (right === undefined || (left !== undefined && nameOf(left) <= nameOf(right))) {
      if (left !== undefined) all.push(left);
      i++;
      if (left !== undefined && right !== undefined && nameOf(left) === nameOf(right)) {
        if (isEarlier(right, left)) all[all.length - 1] = right;
        j++;
      }
    } else {
      all.push(right);
      j++;
    }
  }
  return all;
}

const nameOf = ({ binding }: Grant): string => binding.metadata.name ?? '';

const isEarlier = (a: Grant, b: Grant): boolean => {
  const subjects = a.binding.subjects ?? [];
  return subjects.indexOf(a.subject) < subjects.indexOf(b.subject);
};

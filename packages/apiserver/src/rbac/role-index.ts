import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '@tabernetes/api/types/rbac-v1';
import { goQuote, type KubeObject, type UserInfo } from '@tabernetes/apimachinery';
import { Answers } from './answers.ts';

/** A role that somebody has. */
export interface Grant {
  readonly binding: ClusterRoleBinding | RoleBinding;
  readonly subject: Subject;
}

/** What a user has in a scope, as long as no role and no binding changes. */
export interface Held {
  readonly grants: readonly Grant[];
  readonly answers: Answers;
}

/** Who has what in a scope. ServiceAccounts stand under their user names. */
interface Grants {
  readonly users: Map<string, readonly Grant[]>;
  readonly groups: Map<string, readonly Grant[]>;
}

/**
 * Roles and bindings, by what decisions look for:
 *
 *   ""         ── users "jane" ──► grants of ClusterRoleBindings
 *   "default"  ── groups "devs" ──► grants of RoleBindings in that namespace
 *
 * A decision costs one look per group and scope, however many bindings there are.
 */
export class RoleIndex {
  readonly #rules = new Map<string, readonly PolicyRule[]>();
  readonly #scopes = new Map<string, Grants>();
  /** By user and scope. Roles and bindings change seldom, so all is forgotten when one does. */
  #known = new WeakMap<UserInfo, Map<string, Held>>();

  /** Takes in a Role, ClusterRole or binding; `old` is what it was before. Objects of other kinds are passed over. */
  put(object: KubeObject, old: KubeObject | undefined): void {
    if (old) this.remove(old);
    this.#known = new WeakMap();
    const { kind } = object;
    if (kind === 'ClusterRole' || kind === 'Role') {
      this.#rules.set(roleKey(object), (object as ClusterRole | Role).rules ?? []);
    } else if (isBinding(object)) {
      for (const subject of object.subjects ?? []) this.#addGrant({ binding: object, subject });
    }
  }

  remove(object: KubeObject): void {
    this.#known = new WeakMap();
    const { kind } = object;
    if (kind === 'ClusterRole' || kind === 'Role') this.#rules.delete(roleKey(object));
    else if (isBinding(object)) {
      for (const subject of object.subjects ?? []) this.#dropGrants(object, subject);
    }
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
  grantsOf(user: UserInfo, namespace: string): readonly Grant[] {
    return this.heldBy(user, namespace).grants;
  }

  /** The same, with what was found out about it. */
  heldBy(user: UserInfo, namespace: string): Held {
    const scope = this.#scopes.has(namespace) ? namespace : '';
    let byScope = this.#known.get(user);
    const known = byScope?.get(scope);
    if (known !== undefined) return known;
    const wide = this.#grantsIn('', user);
    const narrow = scope === '' ? NONE : this.#grantsIn(scope, user);
    const held = { grants: narrow.length === 0 ? wide : [...wide, ...narrow], answers: new Answers() };
    byScope ??= new Map();
    this.#known.set(user, byScope.set(scope, held));
    return held;
  }

  #grantsIn(scope: string, user: UserInfo): readonly Grant[] {
    const grants = this.#scopes.get(scope);
    if (grants === undefined) return NONE;
    let found = grants.users.get(user.name) ?? NONE;
    for (const group of user.groups) {
      const more = grants.groups.get(group);
      if (more !== undefined) found = found.length === 0 ? more : merged(found, more);
    }
    return found;
  }

  #addGrant(grant: Grant): void {
    const scope = grant.binding.metadata.namespace ?? '';
    const grants = this.#scopes.get(scope) ?? { users: new Map(), groups: new Map() };
    this.#scopes.set(scope, grants);
    const place = placeOf(grants, grant.subject, scope);
    place?.map.set(place.name, merged(place.map.get(place.name) ?? NONE, [grant]));
  }

  #dropGrants(binding: ClusterRoleBinding | RoleBinding, subject: Subject): void {
    const scope = binding.metadata.namespace ?? '';
    const grants = this.#scopes.get(scope);
    const place = grants && placeOf(grants, subject, scope);
    if (grants === undefined || place === undefined) return;
    const { map, name } = place;
    const kept = (map.get(name) ?? NONE).filter((grant) => nameOf(grant) !== binding.metadata.name);
    if (kept.length > 0) map.set(name, kept);
    else map.delete(name);
    if (grants.users.size + grants.groups.size === 0) this.#scopes.delete(scope);
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

/** Undefined: nobody can be meant. */
function placeOf(
  { users, groups }: Grants,
  { kind, name, namespace }: Subject,
  scope: string,
): { readonly map: Map<string, readonly Grant[]>; readonly name: string } | undefined {
  if (kind === 'User') return { map: users, name };
  if (kind === 'Group') return { map: groups, name };
  const home = namespace || scope;
  if (kind !== 'ServiceAccount' || home === '') return undefined;
  return { map: users, name: `system:serviceaccount:${home}:${name}` };
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

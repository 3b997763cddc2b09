import type { AccessAttributes } from '@tabernetes/api';
import type { UserInfo } from '@tabernetes/apimachinery';

/*
 * Who the components of a cluster are, and no more than that: roles and bindings that every cluster begins with say what they may do.
 * Objects, not functions, where there is one: decisions are remembered by user object.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles
 */

const AUTHENTICATED = 'system:authenticated';

export const SCHEDULER: UserInfo = { name: 'system:kube-scheduler', groups: [AUTHENTICATED] };

/** Fills the caches that controllers share, and stands in where none of them has a ServiceAccount. */
export const CONTROLLER_MANAGER: UserInfo = { name: 'system:kube-controller-manager', groups: [AUTHENTICATED] };

const CONTROLLER_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', AUTHENTICATED];

/** A controller, as `--use-service-account-credentials` has it. */
export const controllerIdentity = (account: string): UserInfo => ({
  name: `system:serviceaccount:kube-system:${account}`,
  groups: CONTROLLER_GROUPS,
});

const NODE_GROUPS = ['system:nodes', AUTHENTICATED];

/** The kubelet of each node; the same object for the same node. */
export function nodeIdentities(): (node: string) => UserInfo {
  const known = new Map<string, UserInfo>();
  return (node) => {
    let user = known.get(node);
    if (user === undefined) {
      user = { name: `system:node:${node}`, groups: NODE_GROUPS };
      known.set(node, user);
    }
    return user;
  };
}

/** Reads for all hollow kubelets together, and writes nothing. */
export const HOLLOW_KUBELETS: UserInfo = {
  name: 'tabernetes:hollow-kubelets',
  groups: ['system:masters', AUTHENTICATED],
};

/** The identities that components of this cluster act as. A component that asks for what it may not do has a mistake in it. */
export interface ComponentIdentities {
  add(user: UserInfo): void;
  /** To be told of refused requests; those of others are their own business. */
  readonly refused: (attributes: AccessAttributes) => void;
}

export function componentIdentities(onError: (error: unknown) => void): ComponentIdentities {
  // By reference: somebody who impersonates a component is not one.
  const known = new WeakSet<UserInfo>();
  return {
    add: (user) => void known.add(user),
    refused({ user, verb, path, resource }) {
      if (!known.has(user)) return;
      const what = resource
        ? [resource.resource, resource.subresource, resource.group].filter(Boolean).join(' ')
        : path;
      onError(new Error(`${user.name} oversteps: it may not ${verb} ${what} ${resource?.namespace}/${resource?.name}`));
    },
  };
}

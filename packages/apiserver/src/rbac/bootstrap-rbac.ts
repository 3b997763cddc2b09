import { type KubeObject, type Status, StatusError } from '@tabernetes/apimachinery';
import type { ApiServer } from '../api-server.ts';
import { askAsSelf } from '../upkeep/own-requests.ts';
import { bootstrapObjects } from './bootstrap-objects.ts';

const ROOT = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Makes the roles and bindings that every cluster begins with, as far as they are not there. Needs the namespaces
 * kube-system and kube-public.
 *
 * @throws {StatusError} when one is refused for another reason than that it exists
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
export async function bootstrapRbac(server: ApiServer): Promise<void> {
  const { clusterRoles, clusterRoleBindings, roles, roleBindings } = bootstrapObjects();
  for (const role of clusterRoles) await ensure(server, 'clusterroles', role);
  for (const binding of clusterRoleBindings) await ensure(server, 'clusterrolebindings', binding);
  for (const role of roles) await ensure(server, 'roles', role);
  for (const binding of roleBindings) await ensure(server, 'rolebindings', binding);
}

async function ensure(server: ApiServer, plural: string, object: KubeObject): Promise<void> {
  const { namespace } = object.metadata;
  const path = namespace === undefined ? `${ROOT}/${plural}` : `${ROOT}/namespaces/${namespace}/${plural}`;
  const { status, body } = await askAsSelf(server, { method: 'POST', path, object });
  if (status < 300 || status === 409) return;
  throw body.kind === 'object' ? new StatusError(body.object as Status) : new Error(`${path}: HTTP ${status}`);
}

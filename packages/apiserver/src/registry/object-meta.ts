import { badRequest, type Draft, type ObjectMeta, type OwnerReference, sameJson } from '@tabernetes/apimachinery';
import { type RequestScope, warn } from '../request-scope.ts';

/** What only the server sets: a client's values are dropped on creation. */
export function wipeSystemFields(metadata: Draft<ObjectMeta>): void {
  delete metadata.creationTimestamp;
  delete metadata.uid;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

/**
 * Makes the object's namespace the request's. @throws {StatusError} BadRequest when both are given and differ
 * @see staging/src/k8s.io/apiserver/pkg/registry/rest/meta.go
 */
export function ensureNamespace(metadata: Draft<ObjectMeta>, namespace: string): void {
  if (namespace === '') delete metadata.namespace;
  else if (!metadata.namespace) metadata.namespace = namespace;
  else if (metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** The name in the body must be the one in the path. @throws {StatusError} BadRequest */
export function checkName(metadata: Draft<ObjectMeta>, name: string, namespace: string): void {
  if (!metadata.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (namespace !== '' && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    );
  }
}

/** Drops owner references that are given twice, with a warning. */
export function dedupeOwners(scope: RequestScope, metadata: Draft<ObjectMeta>, afterAdmission: boolean): void {
  const owners = metadata.ownerReferences;
  if (owners === undefined || owners === null || owners.length < 2) return;
  const duplicates = new Set<string>();
  const kept: Draft<OwnerReference>[] = [];
  for (const owner of owners) {
    if (kept.some((other) => sameJson(owner, other))) duplicates.add(owner.uid);
    else kept.push(owner);
  }
  if (duplicates.size === 0) return;
  metadata.ownerReferences = kept;
  const when = afterAdmission ? ' after mutating admission happens' : '';
  warn(
    scope,
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...duplicates].join(', ')}`,
  );
}

import type { KindDefinition } from '@tabernetes/api';
import { badRequest, methodNotSupported, notFound } from '@tabernetes/apimachinery';
import type { Resource } from './kinds.ts';
import { createObject } from './registry/create.ts';
import { deleteObject } from './registry/delete.ts';
import { deleteCollection } from './registry/delete-collection.ts';
import { getObject } from './registry/get.ts';
import { listObjects } from './registry/list.ts';
import { patchObject } from './registry/patch.ts';
import { updateObject } from './registry/update.ts';
import { watchObjects } from './registry/watch.ts';
import type { RequestInfo } from './request-info.ts';
import type { Handler } from './request-scope.ts';
import { LATE_SCALE } from './subresources/late-scale.ts';

type ByVerb = Readonly<Record<string, Handler | undefined>>;

const OBJECTS: ByVerb = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create: createObject,
  update: updateObject,
  patch: patchObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
};
const STATUS: ByVerb = { get: getObject, update: updateObject, patch: patchObject };
const SCALE: ByVerb = LATE_SCALE;

/** Verbs that are for all namespaces where the path names none. */
const ACROSS: ReadonlySet<string> = new Set(['list', 'watch']);

/** Whether a path is one that custom resources of this scope have. */
export function inScope({ namespaced }: KindDefinition, { namespace, verb }: RequestInfo): boolean {
  return namespaced ? namespace !== '' || ACROSS.has(verb) : namespace === '';
}

/**
 * What serves a request for custom resources. What follows the name of a sub-resource in the path does not count.
 *
 * @throws {StatusError} NotFound, MethodNotAllowed
 * @see staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go ServeHTTP
 */
export function customHandler({ definition, groupResource }: Resource, info: RequestInfo): Handler {
  const found = definition.subresources?.find(({ name }) => name === info.subresource);
  if (info.subresource !== '' && found === undefined) throw notFound(groupResource, info.name);
  const handlers = found === undefined ? OBJECTS : found.type === 'scale' ? SCALE : STATUS;
  const handler = handlers[info.verb];
  if (handler !== undefined) return handler;
  throw methodNotSupported(info.verb, groupResource);
}

/** @throws {StatusError} BadRequest: a change of no object */
export function checkNamed({ verb, name }: RequestInfo): void {
  if (name === '' && (verb === 'update' || verb === 'patch')) throw badRequest('name must be provided');
}

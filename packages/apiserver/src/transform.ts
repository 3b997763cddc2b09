import {
  type ApiResponse,
  badRequest,
  failure,
  internalPackage,
  type KubeList,
  type KubeObject,
  type ListMeta,
} from '@tabernetes/apimachinery';
import { isCustom } from './kinds.ts';
import { partialMetadata } from './partial-metadata.ts';
import { answer, type RequestScope } from './request-scope.ts';
import { listTable, objectTable, type TableOptions } from './tables.ts';

/** Answers with an object, in the shape that was asked for. */
export function respond(scope: RequestScope, status: number, object: KubeObject): ApiResponse {
  const { as, asVersion } = scope.output;
  if (as === undefined || object.kind === 'Status') return answer(scope, status, object);
  return answer(scope, status, transformed(scope, as, asVersion, object));
}

function transformed(scope: RequestScope, as: string, asVersion: string, object: KubeObject): unknown {
  switch (as) {
    case 'Table':
      return objectTable(scope.definition, object, tableOptions(scope, asVersion));
    case 'PartialObjectMetadata':
      return partialMetadata(scope.definition, object, asVersion);
    default:
      // What has no type is asked for its items.
      if (isCustom(scope.definition) && scope.subresource?.type !== 'scale') {
        throw failure(500, '', 'content is not a list');
      }
      throw failure(
        406,
        'NotAcceptable',
        `you requested ${as}, but the requested object is not a list (*${goType(scope, object.apiVersion, object.kind)})`,
      );
  }
}

/** Answers with a list, in the shape that was asked for. */
export function respondList(scope: RequestScope, items: readonly KubeObject[], metadata: ListMeta): ApiResponse {
  const { as, asVersion } = scope.output;
  switch (as) {
    case undefined:
      return answer(scope, 200, listObject(scope, items, metadata));
    case 'Table':
      return answer(scope, 200, listTable(scope.definition, items, metadata, tableOptions(scope, asVersion)));
    case 'PartialObjectMetadataList': {
      const list = {
        kind: 'PartialObjectMetadataList',
        apiVersion: asVersion,
        metadata,
        // An empty list of these is Go's nil.
        items: items.length === 0 ? null : items.map((item) => partialMetadata(scope.definition, item, asVersion)),
      };
      return answer(scope, 200, list);
    }
    default:
      throw failure(
        406,
        'NotAcceptable',
        `you requested ${as}, but the requested object is a list (*${listType(scope)})`,
      );
  }
}

/** What Go calls the type of what is answered. */
function goType({ definition }: RequestScope, apiVersion: string, kind: string): string {
  if (definition.schema.openapi === undefined) return 'unstructured.Unstructured';
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return `${internalPackage({ group, version, kind })}.${kind}`;
}

function listType(scope: RequestScope): string {
  const { definition, resource } = scope;
  if (definition.schema.openapi === undefined) return 'unstructured.UnstructuredList';
  return `${goType(scope, resource.apiVersion, definition.kind)}List`;
}

/** Lists of built-in kinds print in Go's order, those of custom resources by key and with `continue`, whatever it is. */
function listObject(
  { definition, resource }: RequestScope,
  items: readonly KubeObject[],
  metadata: ListMeta,
): KubeList {
  const kind = definition.listKind ?? `${definition.kind}List`;
  const { apiVersion } = resource;
  if (definition.schema.openapi !== undefined) return { kind, apiVersion, metadata, items };
  const { continue: next = '', remainingItemCount, ...rest } = metadata;
  const sorted = { continue: next, ...(remainingItemCount !== undefined && { remainingItemCount }), ...rest };
  return { apiVersion, items, kind, metadata: sorted };
}

/** @throws {StatusError} BadRequest */
export function tableOptions({ request, server }: RequestScope, apiVersion: string): TableOptions {
  const includeObject = request.query['includeObject'] ?? '';
  if (includeObject !== '' && includeObject !== 'None' && includeObject !== 'Metadata' && includeObject !== 'Object') {
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  }
  return { apiVersion, includeObject: includeObject || 'Metadata', nowMs: server.clock.now() };
}

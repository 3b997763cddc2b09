import { type ApiResponse, StatusError } from '@tabernetes/apimachinery';
import { listOptions } from '../list-options.ts';
import type { RequestScope } from '../request-scope.ts';
import { respondList } from '../transform.ts';
import { deleteOptions, remove } from './delete.ts';
import { listPage } from './list.ts';
import { predicate } from './predicate.ts';

/** DELETE of all objects that the selectors match; answers the list of them as they were. */
export async function deleteCollection(scope: RequestScope): Promise<ApiResponse> {
  const options = deleteOptions(scope);
  const listing = listOptions(scope.request.query, false);
  const wanted = predicate(scope.definition, listing.labelSelector, listing.fieldSelector, '');
  const page = await listPage(scope.server, scope.resource, scope.namespace, wanted, listing);
  for (const { metadata } of page.items) {
    try {
      await remove({ ...scope, namespace: metadata.namespace ?? '' }, metadata.name ?? '', options, '');
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    }
  }
  return respondList(scope, page.items, page.metadata);
}

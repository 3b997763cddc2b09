import { type ApiResponse, badRequest, StatusError } from '@tabernetes/apimachinery';
import { listOptions } from '../list-options.ts';
import type { RequestScope } from '../request-scope.ts';
import { respondList } from '../transform.ts';
import { deleteOptions, remove } from './delete.ts';
import { listPage } from './list.ts';
import { predicate } from './predicate.ts';
import { unreadableResourceVersion } from './resource-version.ts';

/** DELETE of all objects that the selectors match; answers the list of them as they were. */
export async function deleteCollection(scope: RequestScope): Promise<ApiResponse> {
  const listing = listOptions(scope.request.query, false);
  const wanted = predicate(scope.definition, listing.labelSelector, listing.fieldSelector, '');
  const options = deleteOptions(scope);
  const problem = unreadableResourceVersion(listing.resourceVersion);
  if (problem !== undefined) {
    const value = JSON.stringify(listing.resourceVersion);
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${value}: ${problem}`);
  }
  // Upstream lists in pages, which makes a resourceVersion the one that is read.
  const isExact = listing.resourceVersionMatch === '' && Number(listing.resourceVersion) > 0;
  const listed = isExact ? ({ ...listing, resourceVersionMatch: 'Exact' } as const) : listing;
  const page = await listPage(scope.server, scope.resource, scope.namespace, wanted, listed);
  for (const { metadata } of page.items) {
    try {
      await remove({ ...scope, namespace: metadata.namespace ?? '' }, metadata.name ?? '', options, '');
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    }
  }
  return respondList(scope, page.items, page.metadata);
}

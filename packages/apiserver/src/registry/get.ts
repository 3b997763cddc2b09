import { type ApiResponse, type GroupResource, type KubeObject, notFound } from '@tabernetes/apimachinery';
import type { KeyValue } from '@tabernetes/storage';
import { refuseExport } from '../query.ts';
import type { RequestScope } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { readAtLeast } from './fresh.ts';
import { keyOf } from './keys.ts';
import { parseResourceVersion } from './resource-version.ts';
import { fromStored, shownSoon } from './versions.ts';

/** GET of one object; also of sub-resources that show the object itself. */
export async function getObject(scope: RequestScope): Promise<ApiResponse> {
  const { server, resource, request } = scope;
  refuseExport(request.query);
  const name = scope.info.pathName;
  const key = keyOf(resource, scope.namespace, name);
  const least = parseResourceVersion(request.query['resourceVersion'] ?? '');
  const { kv } =
    least === 0
      ? await server.store.get(key)
      : await readAtLeast(server, least, request.signal, () => server.store.get(key));
  if (kv === undefined) throw notFound(resource.groupResource, name);
  const shown = shownSoon(resource, [kv.value]);
  if (shown !== undefined) await shown;
  return respond(scope, 200, fromStored(resource, kv.value));
}

/** The stored object, or 404. @param called what a refusal calls the resource @throws {StatusError} NotFound */
export async function stored(
  { server, resource, namespace }: RequestScope,
  name: string,
  called: GroupResource = resource.groupResource,
): Promise<KeyValue<KubeObject>> {
  const { kv } = await server.store.get(keyOf(resource, namespace, name));
  if (kv === undefined) throw notFound(called, name);
  return kv;
}

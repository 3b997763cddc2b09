import type { Api } from '../api.ts';

/** Where the OpenAPI 3 documents of a server are: by `api/v1` or `apis/GROUP/VERSION`. @throws {StatusError} */
export async function openApiIndex(api: Api): Promise<Readonly<Record<string, string>>> {
  const { paths = {} } = await jsonOf<{
    readonly paths?: Readonly<Record<string, { readonly serverRelativeURL?: string }>>;
  }>(api, '/openapi/v3', { accept: 'application/json, */*' });
  return Object.fromEntries(
    Object.entries(paths).map(([path, { serverRelativeURL = '' }]) => [path, serverRelativeURL]),
  );
}

/** The document at an address of the index, or `/openapi/v2`. @throws {StatusError} */
export function openApiDocument<T>(api: Api, url: string): Promise<T> {
  return jsonOf<T>(api, url, { accept: 'application/json' });
}

async function jsonOf<T>(api: Api, url: string, headers: Readonly<Record<string, string>>): Promise<T> {
  const { pathname, searchParams } = new URL(url, 'http://server');
  const query = { ...Object.fromEntries(searchParams), timeout: '32s' };
  const { body } = await api.request('GET', pathname, { query, headers });
  if (body.kind === 'object') return body.object as T;
  // Servers call the index plain text.
  if (body.kind === 'text') return JSON.parse(body.text) as T;
  if (body.kind === 'bytes') return JSON.parse(new TextDecoder().decode(body.bytes)) as T;
  throw new Error(`${url} was answered with ${body.kind}, not with a document`);
}

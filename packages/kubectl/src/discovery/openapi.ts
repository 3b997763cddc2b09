import type { ApiResponse } from '@tabernetes/apimachinery';
import type { DocumentCache } from './document-cache.ts';

/** OpenAPI documents of one server; each is asked for once in a call. */
export interface OpenApiDocuments {
  /** Where the OpenAPI 3 documents are: by `api/v1` or `apis/GROUP/VERSION`. @throws {StatusError} */
  index(): Promise<Readonly<Record<string, string>>>;
  /** The document at an address of the index, or `/openapi/v2`. @throws {StatusError} */
  document<T>(url: string): Promise<T>;
}

/** All that the documents need of an API. */
interface Asks {
  request(
    method: string,
    path: string,
    options: { readonly headers: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, string>> },
  ): Promise<ApiResponse>;
  /** Logs a document that came from the cache. */
  tellCached(path: string, query: Readonly<Record<string, string>>, accept: string, value: unknown): void;
}

interface Index {
  readonly paths?: Readonly<Record<string, { readonly serverRelativeURL?: string }>>;
}

/** Addresses with a hash name one text for ever, so documents there are kept as long as there is a cache. */
export function openApiDocuments({ request, tellCached }: Asks, cache: DocumentCache | undefined): OpenApiDocuments {
  const asked = new Map<string, Promise<unknown>>();

  const fetchJson = async (url: string, accept: string): Promise<unknown> => {
    const { pathname, searchParams } = new URL(url, 'http://server');
    const query = { ...Object.fromEntries(searchParams), timeout: '32s' };
    const hash = searchParams.get('hash');
    const file = hash === null ? undefined : `${pathname.slice(1).replaceAll('/', '_')}-${hash}.json`;
    const kept = file && cache?.read(file, Number.POSITIVE_INFINITY);
    if (kept) {
      const value: unknown = JSON.parse(kept.text);
      tellCached(pathname, query, accept, value);
      return value;
    }
    const { body } = await request('GET', pathname, { query, headers: { accept } });
    let value: unknown;
    if (body.kind === 'object') value = body.object;
    // Servers call the index plain text.
    else if (body.kind === 'text') value = JSON.parse(body.text);
    else if (body.kind === 'bytes') value = JSON.parse(new TextDecoder().decode(body.bytes));
    else throw new Error(`${url} was answered with ${body.kind}, not with a document`);
    if (file !== undefined) cache?.write(file, JSON.stringify(value));
    return value;
  };
  const once = (url: string, accept: string): Promise<unknown> => {
    const known = asked.get(url);
    if (known !== undefined) return known;
    const answer = fetchJson(url, accept);
    asked.set(url, answer);
    return answer;
  };

  return {
    async index() {
      const { paths = {} } = (await once('/openapi/v3', 'application/json, */*')) as Index;
      return Object.fromEntries(
        Object.entries(paths).map(([path, { serverRelativeURL = '' }]) => [path, serverRelativeURL]),
      );
    },
    document: async <T>(url: string) => (await once(url, 'application/json')) as T,
  };
}

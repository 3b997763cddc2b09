import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Descriptions, OpenApiForm, OpenApiSchema } from '@tabernetes/api';
import type { ApiRequest, ApiResponse } from '@tabernetes/apimachinery';
import type { Kinds, Resource } from '../kinds.ts';
import type { PathHandler } from '../nonresource/path-handler.ts';
import { operationsOf } from './operations.ts';
import { type Swagger, swagger } from './swagger.ts';

export interface OpenApiOptions {
  /** The schemas of these OpenAPI names and of all that they reference, as `components.schemas` holds them. */
  readonly components: (
    names: Iterable<string>,
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  /**
   * The hash that the index shows for the document of a group and version (`apis/apps/v1`), where it is published;
   * else it is made from the contents. Caches are kept right by the ETag, which always is.
   */
  readonly publishedHash?: (path: string) => string | undefined;
}

interface Document {
  readonly text: string;
  readonly hash: string;
}

/**
 * `/openapi/v3`: an index with a hash per group and version, and a document for each. Documents are made when they are
 * first asked for and kept until the kinds change. `/openapi/v2` has all of them in one.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function openApiPaths({ components, publishedHash = () => undefined }: OpenApiOptions): PathHandler {
  let generation = -1;
  let documents = new Map<string, Promise<Document>>();
  let whole: Swagger | undefined;

  const documentOf = (kinds: Kinds, path: string, version: string): Promise<Document> => {
    const made = documents.get(path) ?? makeDocument(kinds, path, version, components);
    documents.set(path, made);
    return made;
  };

  return {
    async handle(request, { kinds, version }) {
      if (!/^\/openapi\/v[23](\/|$)/.test(request.path)) return undefined;
      if (kinds.generation !== generation) {
        generation = kinds.generation;
        documents = new Map();
        whole = undefined;
      }
      if (request.path === '/openapi/v2') {
        whole ??= swagger(() =>
          describe(kinds.list(), components, 'v2').then((all) => ({ ...all, version: version.gitVersion })),
        );
        return whole.answer(request);
      }
      if (!request.path.startsWith('/openapi/v3')) return undefined;
      const wanted = request.path.slice('/openapi/v3'.length).replace(/^\/|\/$/g, '');
      const served = groupVersionPaths(kinds);
      if (wanted === '') {
        const paths: Record<string, unknown> = {};
        for (const path of served) {
          const hash = publishedHash(path) ?? (await documentOf(kinds, path, version.gitVersion)).hash;
          paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
        }
        return {
          status: 200,
          headers: {},
          body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: JSON.stringify({ paths }) },
        };
      }
      if (!served.includes(wanted)) return undefined;
      return answer(request, await documentOf(kinds, wanted, version.gitVersion));
    },
    paths: () => ['/openapi/v2', '/openapi/v3', '/openapi/v3/'],
  };
}

/** `api/v1`, `apis/apps/v1`, sorted. */
function groupVersionPaths(kinds: Kinds): readonly string[] {
  const found = new Set<string>();
  for (const { definition, apiVersion } of kinds.list())
    found.add(definition.group === '' ? `api/${apiVersion}` : `apis/${apiVersion}`);
  return [...found].sort();
}

async function makeDocument(
  kinds: Kinds,
  path: string,
  version: string,
  components: OpenApiOptions['components'],
): Promise<Document> {
  const apiVersion = path.slice(path.indexOf('/') + 1);
  const { paths, schemas } = await describe(
    kinds.list().filter((resource) => resource.apiVersion === apiVersion),
    components,
    'v3',
  );
  const text = JSON.stringify({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths,
    components: {
      schemas,
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  });
  return { text, hash: bytesToHex(sha512(utf8ToBytes(text))).toUpperCase() };
}

/** The operations on these resources, by path, and the schemas that they mention. */
async function describe(resources: readonly Resource[], components: OpenApiOptions['components'], form: OpenApiForm) {
  const paths: Record<string, unknown> = {};
  const names = new Set<string>();
  const own: Record<string, unknown> = {};
  const models = new Set(resources.flatMap(({ definition }) => definition.described?.models ?? []));
  const words = wordsOf(models.size > 0 ? await components(models) : {});
  for (const resource of resources) {
    const { described } = resource.definition;
    if (described) {
      Object.assign(own, described.schemas(words, form));
      for (const name of described.references) names.add(name);
    }
    const items = operationsOf(resource);
    Object.assign(paths, items.paths);
    for (const name of items.schemas) names.add(name);
  }
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const name of Object.keys(own)) names.delete(name);
  return { paths: sorted, schemas: { ...own, ...(await components(names)) } };
}

/** What fields of these schemas mean. */
const wordsOf =
  (schemas: Readonly<Record<string, unknown>>): Descriptions =>
  (name, field = '') => {
    const { properties } = (schemas[name] ?? {}) as OpenApiSchema & {
      properties?: Record<string, { description?: string }>;
    };
    return properties?.[field]?.description;
  };

function answer(request: ApiRequest, { text, hash }: Document): ApiResponse {
  const etag = `"${hash}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'no-cache, private' };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: { kind: 'empty' } };
  return { status: 200, headers, body: { kind: 'text', contentType: 'application/json', text } };
}

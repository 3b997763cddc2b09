import type { PageAnswer, PageRequest } from '@tabernetes/worker/connect';
import type { Definitions, KindName, Schema } from './root-schema.ts';

/** The part of a cluster's host that schemas come from. */
export interface SchemaSource {
  request(request: PageRequest): Promise<PageAnswer>;
}

/** What a cluster says of the kinds that it serves. */
export interface ClusterSchema {
  readonly kinds: readonly KindName[];
  /** Of the group versions that were asked for. */
  readonly definitions: Definitions;
}

/** Reads schemas of a cluster. */
export interface SchemaReader {
  /**
   * Kinds of the cluster as it is now, with the definitions of these group versions and of all that were asked for
   * before. The same object as last time, unless something changed.
   *
   * @throws {Error} with the server's words when it does not answer
   */
  read(apiVersions: readonly string[]): Promise<ClusterSchema>;
  /** The cluster's kinds may have changed: the next reading asks again. */
  refresh(): void;
}

interface ServedDocument {
  readonly serverRelativeURL: string;
}

interface DiscoveryList {
  readonly items?: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly responseKind?: { readonly kind: string };
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}

/**
 * Only group versions that somebody writes are fetched: all of them are a megabyte. An address in the index changes with
 * what is behind it, so what was read once is not read again.
 */
export function schemaReader(source: SchemaSource): SchemaReader {
  const documents = new Map<string, { readonly url: string; readonly definitions: Definitions }>();
  let index: Readonly<Record<string, ServedDocument>> | undefined;
  let kinds: readonly KindName[] = [];
  let last: ClusterSchema | undefined;
  const wanted = new Set<string>();

  const get = async (path: string, accept?: string): Promise<unknown> => {
    const { status, body } = await source.request({
      method: 'GET',
      path,
      ...(accept !== undefined && { headers: { accept } }),
    });
    if (status !== 200) throw new Error((body as { readonly message?: string } | null)?.message ?? String(body));
    // The index comes as a text, as kube-apiserver sends it.
    return typeof body === 'string' ? JSON.parse(body) : body;
  };

  return {
    async read(apiVersions) {
      for (const apiVersion of apiVersions) wanted.add(apiVersion);
      if (index === undefined) {
        const [legacy, groups, paths] = await Promise.all([
          get('/api', AGGREGATED),
          get('/apis', AGGREGATED),
          get('/openapi/v3'),
        ]);
        kinds = [...kindsOf(legacy as DiscoveryList), ...kindsOf(groups as DiscoveryList)];
        index = (paths as { readonly paths: Readonly<Record<string, ServedDocument>> }).paths;
        last = undefined;
      }
      for (const apiVersion of wanted) {
        const url = index[pathOf(apiVersion)]?.serverRelativeURL;
        const known = documents.get(apiVersion);
        if (url === known?.url) continue;
        last = undefined;
        if (url === undefined) {
          documents.delete(apiVersion);
          continue;
        }
        const [path = '', query = ''] = url.split('?');
        const { status, body } = await source.request({
          method: 'GET',
          path,
          query: Object.fromEntries(new URLSearchParams(query)),
        });
        if (status !== 200) continue;
        documents.set(apiVersion, { url, definitions: (body as OpenApi).components?.schemas ?? {} });
      }
      last ??= {
        kinds,
        definitions: Object.assign({}, ...[...documents.values()].map(({ definitions }) => definitions)),
      };
      return last;
    },
    refresh() {
      index = undefined;
    },
  };
}

interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const pathOf = (apiVersion: string): string => (apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`);

/** Kinds that can be written, of every version. */
function kindsOf({ items = [] }: DiscoveryList): readonly KindName[] {
  return items.flatMap(({ metadata: { name = '' }, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources
        .filter(({ verbs }) => verbs.includes('create'))
        .flatMap(({ responseKind }) =>
          responseKind === undefined
            ? []
            : [{ apiVersion: name === '' ? version : `${name}/${version}`, kind: responseKind.kind }],
        ),
    ),
  );
}

/** Group versions that a text names, as it is being written. */
export const apiVersionsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/^apiVersion:[ \t]*["']?([\w./-]+)/gm)].flatMap(([, version]) => version ?? [])),
];

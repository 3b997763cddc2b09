import type { KubeObject, ObjectMeta } from '@tabernetes/apimachinery';
import type { Api } from '../../api.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { isList } from '../../resources/info.ts';
import type { Description } from './description.ts';

/** What a describer has at hand. */
export interface DescribeContext {
  readonly api: Api;
  readonly resource: ApiResource;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly showEvents: boolean;
  /** Lists are read in pieces of this size; 0 reads them whole. */
  readonly chunkSize: number;
  readonly nowMs: number;
}

/** Describes one object. Reads what else it shows. */
export type Describer = (context: DescribeContext, object: KubeObject, d: Description) => Promise<void>;

/** A describer of objects of a known type. */
export const of =
  <T extends { readonly metadata: ObjectMeta }>(
    describe: (context: DescribeContext, object: T, d: Description) => Promise<void>,
  ): Describer =>
  (context, object, d) =>
    describe(context, object as unknown as T, d);

interface Page<T> {
  readonly items?: readonly T[];
  readonly metadata?: { readonly continue?: string };
}

/** All objects of a collection, read in pieces. @throws {StatusError} */
export async function listAll<T>(
  { api, chunkSize }: Pick<DescribeContext, 'api' | 'chunkSize'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly T[]> {
  const items: T[] = [];
  let from = '';
  do {
    const page: Page<T> = await api.object<Page<T>>('GET', path, {
      query: {
        ...query,
        ...(chunkSize > 0 && { limit: String(chunkSize) }),
        ...(from !== '' && { continue: from }),
      },
    });
    if (isList(page)) items.push(...(page.items as readonly T[]));
    from = page.metadata?.continue ?? '';
  } while (from !== '');
  return items;
}

export const inNamespacePath = (namespace: string, resource: string, root = '/api/v1'): string =>
  `${root}${namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${resource}`;

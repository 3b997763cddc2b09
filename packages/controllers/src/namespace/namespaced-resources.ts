import type { Client, ResourceReference } from '@tabernetes/client';

interface ResourceList {
  readonly groupVersion: string;
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

interface GroupList {
  readonly groups: readonly { readonly name: string; readonly preferredVersion: { readonly groupVersion: string } }[];
}

/** The namespaced resources that the server has and whose objects can be deleted, each in its preferred version. */
export async function namespacedResources(client: Client, signal: AbortSignal): Promise<readonly ResourceReference[]> {
  const read = async <T>(path: string): Promise<T> => {
    const { body } = await client.request({ method: 'GET', path, signal });
    if (body.kind !== 'object') throw new Error(`${path} was not answered with an object`);
    return body.object as T;
  };
  const { groups } = await read<GroupList>('/apis');
  const paths = ['/api/v1', ...groups.map((g) => `/apis/${g.preferredVersion.groupVersion}`)];
  const found: ResourceReference[] = [];
  for (const path of paths) {
    const { groupVersion, resources } = await read<ResourceList>(path);
    const [version = '', group = ''] = groupVersion.split('/').reverse();
    for (const { name, kind, namespaced, verbs } of resources) {
      if (!namespaced || name.includes('/') || !verbs.includes('delete') || !verbs.includes('list')) continue;
      found.push({ group, version, kind, plural: name, namespaced });
    }
  }
  return found;
}

import { StatusError } from '@tabernetes/apimachinery';
import type { Client, ResourceReference } from '@tabernetes/client';

interface ResourceList {
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

/** What discovery says. */
export interface NamespacedResources {
  readonly found: readonly ResourceReference[];
  /** Groups with their versions that other servers have, which do not answer. */
  readonly stale: readonly string[];
}

/** The namespaced resources that the server has and whose objects can be deleted, each in its preferred version. */
export async function namespacedResources(client: Client, signal: AbortSignal): Promise<NamespacedResources> {
  const read = async <T>(path: string): Promise<T> => {
    const { body } = await client.request({ method: 'GET', path, signal });
    if (body.kind !== 'object') throw new Error(`${path} was not answered with an object`);
    return body.object as T;
  };
  const { groups } = await read<GroupList>('/apis');
  const served = groups.map((group) => group.preferredVersion.groupVersion);
  const found: ResourceReference[] = [];
  const stale: string[] = [];
  for (const groupVersion of ['v1', ...served]) {
    const [version = '', group = ''] = groupVersion.split('/').reverse();
    let list: ResourceList;
    try {
      list = await read<ResourceList>(group === '' ? '/api/v1' : `/apis/${groupVersion}`);
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 503) throw error;
      stale.push(groupVersion);
      continue;
    }
    for (const { name, kind, namespaced, verbs } of list.resources) {
      if (!namespaced || name.includes('/') || !verbs.includes('delete') || !verbs.includes('list')) continue;
      found.push({ group, version, kind, plural: name, namespaced });
    }
  }
  return { found, stale };
}

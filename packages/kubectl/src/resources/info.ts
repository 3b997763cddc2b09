import { isNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Api } from '../api.ts';
import type { ApiResource } from '../discovery/discovery.ts';

/** One object that a command works on: where it is, and what is known of it. */
export interface Info {
  /** Undefined with --local, where nobody is asked what a kind is. */
  readonly resource: ApiResource | undefined;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** Empty for a list, or for an object that gets its name from the server. */
  readonly name: string;
  /** File, URL or `STDIN` that it was read from; empty when it was named. */
  readonly source: string;
  /** As the file has it or the server sent it. */
  readonly object: KubeObject | undefined;
  readonly subresource: string;
}

/**
 * `/apis/apps/v1/namespaces/demo/deployments[/web[/scale]]`
 *
 * @throws {Error} of a name that no path can hold, and of one that is empty, which is not none: the path would be that of the collection, and mean all there is
 */
export function pathOf(resource: ApiResource, namespace: string, name?: string, subresource?: string): string {
  if (name === '') throw new Error('resource name may not be empty');
  if (resource.namespaced) checkSegment('namespace', namespace);
  checkSegment('resource name', name ?? '');
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${pathSegment(namespace)}` : '';
  const item = name ? `/${pathSegment(name)}` : '';
  return `${root}${scope}/${resource.name}${item}${subresource ? `/${subresource}` : ''}`;
}

/** @throws {Error} of what a path cannot hold: `invalid resource name "a/b": [may not contain '/']` */
export function checkSegment(what: string, name: string): void {
  const problems = name === '.' || name === '..' ? [`may not be '${name}'`] : [];
  for (const odd of ['/', '%']) if (name.includes(odd)) problems.push(`may not contain '${odd}'`);
  if (problems.length > 0) throw new Error(`invalid ${what} ${JSON.stringify(name)}: [${problems.join(' ')}]`);
}

/** A name as Go writes it into a path: `kubeadm:get-nodes` stays as it is. */
const pathSegment = (name: string): string =>
  encodeURIComponent(name).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);

/** `apps/v1` */
export const groupVersion = ({ group, version }: ApiResource): string =>
  group === '' ? version : `${group}/${version}`;

/** `apps/v1, Kind=Deployment`, as Go prints the kind of an object. */
export const goKind = ({ apiVersion = '', kind }: Pick<Partial<KubeObject>, 'apiVersion' | 'kind'>): string =>
  `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;

/** `apps/v1, Resource=deployments`, as Go prints a type; of the core, `/v1, Resource=pods`. */
export const goResource = ({ group, version, name }: ApiResource): string => `${group}/${version}, Resource=${name}`;

/** Asks the server for the object. A namespace that does not exist is told of instead of an object that does not. @throws {StatusError} */
export async function fetchInfo(
  api: Api,
  info: Info,
  request: { readonly accept?: string; readonly query?: Readonly<Record<string, string>> } = {},
): Promise<Info> {
  const { resource, namespace, name, subresource } = info;
  if (resource === undefined) return info;
  try {
    const object = await api.object<KubeObject>('GET', pathOf(resource, namespace, name, subresource), {
      ...(request.accept !== undefined && { headers: { accept: request.accept } }),
      ...(request.query !== undefined && { query: request.query }),
    });
    return { ...info, object };
  } catch (error) {
    if (isNotFound(error) && namespace !== '' && namespace !== 'default') {
      try {
        await api.request('GET', `/api/v1/namespaces/${encodeURIComponent(namespace)}`);
      } catch (missing) {
        if (isNotFound(missing)) throw missing;
      }
    }
    throw error;
  }
}

/** True of `PodList`, `List` and every other object with items. */
export function isList(object: unknown): object is { readonly kind: string; readonly items: readonly KubeObject[] } {
  return typeof object === 'object' && object !== null && Array.isArray((object as { readonly items?: unknown }).items);
}

/** The same object in another namespace; undefined takes the namespace away. */
export function inNamespace(object: KubeObject, namespace: string | undefined): KubeObject {
  const { namespace: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } } as KubeObject;
}

/** What an object is refused with that is in another namespace than the one that was asked for. */
export const wrongNamespace = (namespace: string, wanted: string): Error =>
  new Error(
    `the namespace from the provided object ${JSON.stringify(namespace)} does not match the namespace ${JSON.stringify(wanted)}. You must pass '--namespace=${namespace}' to perform this operation.`,
  );

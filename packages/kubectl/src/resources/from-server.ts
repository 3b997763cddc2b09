import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import type { ApiResource, Discovery } from '../discovery/discovery.ts';
import type { Named, Tuple } from './arguments.ts';
import { fetchInfo, groupVersion, type Info, isList, pathOf, wrongNamespace } from './info.ts';
import { attempt, type Selection, type SelectOptions, type Sink, type Source, selection } from './selection.ts';

/** Whole collections, and what of them selectors match. @throws {Error} */
export function fromSelector(
  context: CommandContext,
  options: SelectOptions,
  discovery: Discovery,
  named: Named,
  selector: { readonly labels: string; readonly fields: string },
): Selection {
  if (named.type === 'names') throw new Error('name cannot be provided when a selector is specified');
  if (named.type === 'tuples') {
    throw new Error('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  if (named.type === 'none') throw new Error('at least one resource must be specified to use a selector');
  if (options.subresource) throw new Error('subresource cannot be used when bulk resources are specified');
  if (options.singleResourceType && named.types.length > 1)
    throw new Error('you may only specify a single resource type');
  const resources = [...new Set(named.types.map((type) => discovery.find(type)))];
  const collections = resources.map((resource) => ({
    resource,
    namespace: resource.namespaced && !options.allNamespaces ? options.namespace : '',
  }));
  const source: Source = async (sink, onError, onUnread) => {
    for (const { resource, namespace } of collections) {
      await attempt(options, onUnread, () => listAll(context, options, resource, namespace, selector, sink, onError));
    }
  };
  return selection(source, options, false, collections);
}

interface ListObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly continue?: string };
}

async function listAll(
  context: CommandContext,
  options: SelectOptions,
  resource: ApiResource,
  namespace: string,
  selector: { readonly labels: string; readonly fields: string },
  sink: Sink,
  onError: (error: unknown) => void,
): Promise<void> {
  const { chunkSize = 0, flatten = true, accept, query } = options;
  let from = '';
  do {
    const list = await context
      .api()
      .object<ListObject>('GET', pathOf(resource, namespace), {
        ...(accept !== undefined && { headers: { accept } }),
        query: {
          ...(selector.fields !== '' && { fieldSelector: selector.fields }),
          ...(selector.labels !== '' && { labelSelector: selector.labels }),
          ...(chunkSize > 0 && { limit: String(chunkSize) }),
          ...(from !== '' && { continue: from }),
          ...query,
        },
      })
      .catch((error: unknown) => {
        throw enhanced(error, resource, selector);
      });
    const whole: Info = { resource, namespace, name: '', source: '', object: list, subresource: '' };
    if (!flatten || !isList(list)) await attempt(options, onError, () => sink(whole));
    else {
      for (const item of list.items) {
        // Items of lists leave out what the list says for all of them.
        const { apiVersion = groupVersion(resource), kind = resource.kind } = item;
        const object = { ...item, apiVersion, kind } as KubeObject;
        const { name = '', namespace: home = '' } = item.metadata;
        await attempt(options, onError, async () => {
          // A namespace that was asked for is wanted of each, although all of them were asked for.
          if (options.requireNamespace && options.allNamespaces && home !== '') throw wrongNamespace(home, '');
          await sink({ ...whole, namespace: home, name, object });
        });
      }
    }
    from = list.metadata?.continue ?? '';
  } while (from !== '');
}

/** What could not be listed, and by which selectors. */
function enhanced(
  error: unknown,
  { name, group, version }: ApiResource,
  { labels, fields }: { readonly labels: string; readonly fields: string },
): unknown {
  if (!(error instanceof StatusError) || !['BadRequest', 'NotFound'].includes(error.status.reason ?? '')) return error;
  const target = JSON.stringify(`${group}/${version}, Resource=${name}`);
  const what =
    labels === '' && fields === ''
      ? `Unable to list ${target}`
      : `Unable to find ${target} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`;
  return new StatusError({ ...error.status, message: `${what}: ${error.status.message}` });
}

/** Objects by type and name. @throws {Error} */
export function fromTuples(
  context: CommandContext,
  options: SelectOptions,
  discovery: Discovery,
  tuples: readonly Tuple[],
  single = tuples.length === 1,
): Selection {
  const { requireObject = true, subresource = '', namespace, allNamespaces } = options;
  const resources = new Map(tuples.map(({ resource }) => [resource, discovery.find(resource)]));
  if (options.singleResourceType && new Set(resources.values()).size > 1) {
    throw new Error('you may only specify a single resource type');
  }
  const infos = tuples.map(({ resource: type, name }): Info => {
    const resource = resources.get(type);
    if (resource?.namespaced && allNamespaces) {
      throw new Error('a resource cannot be retrieved by name across all namespaces');
    }
    if (resource?.namespaced && namespace === '') {
      throw new Error('namespace may not be empty when retrieving a resource by name');
    }
    return {
      resource,
      namespace: resource?.namespaced ? namespace : '',
      name,
      source: '',
      object: undefined,
      subresource,
    };
  });
  const source: Source = async (sink, onError) => {
    for (const info of infos) {
      await attempt(options, onError, async () => {
        // A path without a name is that of the collection: an empty variable would mean all there is.
        if (info.name === '') throw new Error('resource name may not be empty');
        return sink(requireObject ? await fetchInfo(context.api(), info, options) : info);
      });
    }
  };
  return selection(source, options, single, []);
}

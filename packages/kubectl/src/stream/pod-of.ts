import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { type SelectOptions, select } from '../resources/select.ts';
import { watchUntil } from '../watching/watch-until.ts';
import { containerNames, DEFAULT_CONTAINER, findContainer, hasSeveralContainers } from '../workloads/containers.ts';
import { byActivity } from '../workloads/pod-order.ts';
import { podSelectorOf } from '../workloads/pods-of.ts';

/** What was named (`web`, `deployment/web`), as it is now; of a file, what stands there. @throws {Error} with kubectl's text */
export async function namedObject(
  context: CommandContext,
  named: Pick<SelectOptions, 'args' | 'filenames' | 'defaultType'>,
  what: string,
): Promise<KubeObject> {
  const { name: namespace, explicit } = context.namespace();
  const selection = await select(context, {
    namespace,
    requireNamespace: explicit,
    defaultType: 'pods',
    typed: true,
    ...named,
  });
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors[0];
  const [only] = infos;
  if (only?.object === undefined || infos.length > 1) throw new Error(`cannot ${what} multiple objects at a time`);
  return only.object;
}

/** A Pod itself, or the best of those that an object selects; waits for one. @throws {Error} when time is up */
export async function podOf(context: CommandContext, object: KubeObject, timeoutMs: number): Promise<Pod> {
  if (object.kind === 'Pod') return object as Pod;
  let labelSelector: string;
  try {
    labelSelector = podSelectorOf(object);
  } catch (error) {
    throw new Error(
      `cannot attach to *${object.apiVersion.split('/').at(-1)}.${object.kind}: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const path = `/api/v1/namespaces/${encodeURIComponent(object.metadata.namespace ?? '')}/pods`;
  const { items = [], metadata } = await context.api().object<{
    readonly items?: readonly Pod[];
    readonly metadata?: { readonly resourceVersion?: string };
  }>('GET', path, { query: { labelSelector } });
  const [best] = items.toSorted(byActivity);
  if (best !== undefined) return { ...best, apiVersion: 'v1', kind: 'Pod' };
  const event = await watchUntil(context, path, {
    query: { labelSelector, resourceVersion: metadata?.resourceVersion ?? '0' },
    timeoutMs,
    isMet: ({ type }) => type === 'ADDED' || type === 'MODIFIED',
  });
  if (event === undefined) throw new Error('timed out waiting for the condition');
  return event.object as Pod;
}

/** The container of the flag, the annotation or the first place. @throws {Error} when there is none of that name */
export function containerOf(context: CommandContext, pod: Pod, name: string, quiet: boolean): string {
  if (name !== '') {
    if (findContainer(pod, name) === undefined)
      throw new Error(`container ${name} not found in pod ${pod.metadata.name}`);
    return name;
  }
  const [first] = pod.spec?.containers ?? [];
  if (first === undefined)
    throw new Error(`pod ${pod.metadata.namespace}/${pod.metadata.name} does not have any containers`);
  const wanted = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (wanted && findContainer(pod, wanted) !== undefined) {
    context.trace(4, 'podcmd.go:76', `Defaulting container name from annotation ${wanted}`);
    return wanted;
  }
  if (wanted) {
    context.trace(4, 'podcmd.go:79', `Default container name from annotation ${wanted} was not found in the pod`);
  }
  if (!quiet && hasSeveralContainers(pod)) {
    context.err.write(`Defaulted container ${JSON.stringify(first.name)} out of: ${containerNames(pod)}\n`);
  }
  context.trace(4, 'podcmd.go:88', `Defaulting container name to ${first.name}`);
  return first.name;
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { messageOf } from '../../errors.ts';
import { pathOf } from '../../resources/info.ts';
import { cascadeOf } from '../../writing/delete-objects.ts';
import type { DryRun } from '../../writing/dry-run.ts';
import { lastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { deleteInfo } from '../../writing/requests.ts';

/** What is pruned unless --prune-allowlist says otherwise: those of namespaces, then the others. */
const DEFAULT_TYPES = [
  'core/v1/ConfigMap',
  'core/v1/Endpoints',
  'core/v1/PersistentVolumeClaim',
  'core/v1/Pod',
  'core/v1/ReplicationController',
  'core/v1/Secret',
  'core/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
  'core/v1/Namespace',
  'core/v1/PersistentVolume',
];

/** The types of --prune-allowlist; none when the default ones are meant. @throws {Error} */
export async function pruneTypes({ flags, api }: CommandContext): Promise<readonly ApiResource[]> {
  return Promise.all(
    flags.strings('prune-allowlist').map(async (text) => {
      const [group = '', version, kind, ...more] = text.split('/');
      if (version === undefined || kind === undefined || more.length > 0) {
        throw new Error(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
      }
      return api().known((discovery) => discovery.forKind(group === 'core' ? version : `${group}/${version}`, kind));
    }),
  );
}

export interface PruneOptions {
  /** Empty: the default ones. */
  readonly types: readonly ApiResource[];
  /** Where objects were applied. */
  readonly namespaces: ReadonlySet<string>;
  /** UIDs of objects that were applied. */
  readonly visited: ReadonlySet<string | undefined>;
}

/** An object that pruning takes away. */
export interface Pruned {
  readonly resource: ApiResource;
  /** Empty for objects that are in none. */
  readonly namespace: string;
  readonly object: KubeObject;
}

/** Deletes objects that were applied once, match the selector, and are not among those applied now. */
export async function prune(context: CommandContext, options: PruneOptions, dryRun: DryRun): Promise<void> {
  await visitPruned(context, options, async ({ resource, namespace, object }) => {
    const { name = '' } = object.metadata;
    if (dryRun !== 'client') {
      await deleteInfo(
        context,
        { resource, namespace, name },
        {
          gracePeriodSeconds: context.flags.number('grace-period'),
          propagationPolicy: cascadeOf(context),
          dryRun,
        },
      );
    }
    writtenPrinter(context, 'pruned', dryRun).print(object);
  });
}

/** Shows what pruning would take away, type by type. @throws {Error} that names the type that could not be read */
export async function visitPruned(
  context: CommandContext,
  { types, namespaces, visited }: PruneOptions,
  visit: (pruned: Pruned) => Promise<void>,
): Promise<void> {
  const { api, warn } = context;
  let all = types;
  if (types.length === 0) {
    const discovery = await api().discovery();
    all = DEFAULT_TYPES.map((text) => {
      const [group = '', version = '', kind = ''] = text.split('/');
      return discovery.forKind(group === 'core' ? version : `${group}/${version}`, kind);
    });
    warn(
      'prune.go:71',
      'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
    );
  }
  for (const [place, isNamespaced] of [...[...namespaces].map((name) => [name, true] as const), ['', false] as const]) {
    for (const resource of all) {
      if (resource.namespaced !== isNamespaced) continue;
      try {
        await visitIn(context, resource, place, visited, visit);
      } catch (error) {
        const { group, version, kind } = resource;
        throw new Error(
          `error pruning ${isNamespaced ? 'namespaced' : 'nonNamespaced'} object ${group}/${version}, Kind=${kind}: ${messageOf(error)}`,
        );
      }
    }
  }
}

async function visitIn(
  { api, flags }: CommandContext,
  resource: ApiResource,
  namespace: string,
  visited: ReadonlySet<string | undefined>,
  visit: (pruned: Pruned) => Promise<void>,
): Promise<void> {
  const labelSelector = flags.string('selector');
  const { items = [] } = await api().object<{ readonly items?: readonly KubeObject[] }>(
    'GET',
    pathOf(resource, namespace),
    { query: { ...(labelSelector !== '' && { labelSelector }) } },
  );
  for (const item of items) {
    if (lastApplied(item) === undefined || visited.has(item.metadata.uid)) continue;
    const { group, version, kind } = resource;
    const object = { ...item, apiVersion: group === '' ? version : `${group}/${version}`, kind };
    await visit({ resource, namespace, object });
  }
}

import type { DaemonSet, Deployment, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import {
  applyStrategicMergePatch,
  type KubeObject,
  labelSelectorAsSelector,
  parseInt64,
} from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { type Info, pathOf } from '../../resources/info.ts';
import { newReplicaSetOf, replicaSetsOf } from '../../workloads/replica-sets.ts';
import { builtinSchema } from '../../writing/schema-of.ts';
import { Description } from '../describe/description.ts';
import { podTemplate } from '../describe/pod.ts';

/** One state that a rollout had. */
export interface Revision {
  readonly revision: bigint;
  readonly changeCause: string;
  readonly template: PodTemplateSpec | undefined;
  /** The ReplicaSet of a Deployment; the object as it was then of the others. */
  readonly object: KubeObject;
  /** The patch that brings a DaemonSet or StatefulSet back to it. */
  readonly patch?: unknown;
}

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** An object as it is now, and what it was. */
export interface History {
  readonly live: KubeObject;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
}

/** @throws {Error} for kinds that have no revisions */
export async function historyOf(context: CommandContext, info: Info, what = 'history viewer'): Promise<History> {
  const { resource, namespace, name } = info;
  const text = `${resource?.kind ?? ''}${resource?.group ? `.${resource.group}` : ''}`;
  const verb = what === 'history viewer' ? 'history for' : 'rollbacker for';
  if (resource === undefined || !WORKLOADS.has(text)) {
    if (!KNOWN.has(text)) {
      const pair = `{${resource?.group ?? ''} ${resource?.kind ?? ''}}`;
      throw new Error(`error retrieving ${verb} ${JSON.stringify(text)}, no visitor method exists for ${pair}`);
    }
    throw new Error(`no ${what} has been implemented for ${JSON.stringify(text)}`);
  }
  let object: KubeObject;
  try {
    object = await context.api().object<KubeObject>('GET', pathOf(resource, namespace, name));
  } catch (error) {
    const kind = { Deployment: 'deployment', StatefulSet: 'Statefulset', DaemonSet: 'DaemonSet' }[resource.kind];
    throw new Error(`failed to retrieve ${kind} ${name}: ${messageOf(error)}`);
  }
  const revisions =
    resource.kind === 'Deployment'
      ? await ofDeployment(context, object as Deployment)
      : await ofControllerRevisions(context, object as DaemonSet | StatefulSet);
  return { live: object, revisions };
}

const WORKLOADS = new Set(['Deployment.apps', 'DaemonSet.apps', 'StatefulSet.apps']);
const KNOWN = new Set(['ReplicaSet.apps', 'Pod', 'ReplicationController', 'Job.batch', 'CronJob.batch']);

async function ofDeployment(context: CommandContext, deployment: Deployment): Promise<readonly Revision[]> {
  const sets = await replicaSetsOf(context.api(), deployment);
  const newest = newReplicaSetOf(deployment, sets);
  const ordered = newest === undefined ? sets : [...sets.filter((set) => set !== newest), newest];
  const all = ordered
    .flatMap((set): readonly Revision[] => {
      // One that was there before its Deployment has none, and counts as 0.
      const text = set.metadata.annotations?.[REVISION] ?? '0';
      const revision = parseInt64(text);
      if (revision === undefined) return [];
      const object = { ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' };
      const changeCause = set.metadata.annotations?.[CHANGE_CAUSE] ?? '';
      const template =
        changeCause === ''
          ? set.spec?.template
          : {
              ...set.spec?.template,
              metadata: {
                ...set.spec?.template?.metadata,
                annotations: { ...set.spec?.template?.metadata?.annotations, [CHANGE_CAUSE]: changeCause },
              },
            };
      return [{ revision, changeCause, template, object }];
    })

    .sort(byRevision);
  return [...new Map(all.map((each) => [each.revision, each])).values()];
}

interface ControllerRevision extends KubeObject {
  readonly revision: number;
  readonly data?: unknown;
}

async function ofControllerRevisions(
  { api }: CommandContext,
  owner: DaemonSet | StatefulSet,
): Promise<readonly Revision[]> {
  const { namespace = '', uid } = owner.metadata;
  const { items = [] } = await api().object<{ readonly items?: readonly ControllerRevision[] }>(
    'GET',
    `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/controllerrevisions`,
    { query: { labelSelector: labelSelectorAsSelector(owner.spec?.selector).toString() } },
  );
  const schema = builtinSchema('apps', 'v1', owner.kind);
  return items
    .filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.controller && each.uid === uid))
    .map(({ revision, metadata, data }): Revision => {
      const object = schema === undefined ? owner : applyStrategicMergePatch(schema, owner, data ?? {});
      const changeCause = metadata.annotations?.[CHANGE_CAUSE] ?? '';
      return { revision: BigInt(revision), changeCause, template: object.spec?.template, object, patch: data };
    })
    .sort(byRevision);
}

const byRevision = (a: Revision, b: Revision): number =>
  a.revision < b.revision ? -1 : a.revision > b.revision ? 1 : 0;

/** A table of revisions, or the Pod template of one. @throws {Error} when there is no such revision */
export function historyText(revisions: readonly Revision[], revision: bigint): string {
  if (revisions.length === 0) return 'No rollout history found.';
  if (revision > 0n) {
    const found = revisions.find((each) => each.revision === revision);
    if (found === undefined) throw new Error('unable to find the specified revision');
    return templateText(found.template);
  }
  const rows = [
    ['REVISION', 'CHANGE-CAUSE'],
    ...revisions.map(({ revision: number, changeCause }) => [String(number), changeCause || '<none>']),
  ];
  const width = Math.max(...rows.map(([first = '']) => first.length)) + 2;
  return rows.map(([first = '', second = '']) => `${first.padEnd(width)}${second}\n`).join('');
}

/** A Pod template as describe prints it, its columns not set: tabs stay. */
export function templateText(template: PodTemplateSpec | undefined): string {
  const sink = { done: '', open: '' };
  podTemplate(new Description(0, sink), template);
  return sink.done + sink.open;
}

import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import type { Info } from '../../resources/info.ts';
import type { DryRun } from '../../writing/dry-run.ts';
import { LAST_APPLIED } from '../../writing/last-applied.ts';
import { patchInfo } from '../../writing/requests.ts';
import { historyOf, type Revision, templateText } from './history.ts';

const HASH = 'pod-template-hash';
/** Annotations that tell of the Deployment itself, not of a revision. */
const OWN_ANNOTATIONS = [
  LAST_APPLIED,
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

/** Brings an object back to an earlier revision; resolves with what was done. @throws {Error} */
export async function undoOne(context: CommandContext, info: Info, dryRun: DryRun): Promise<string> {
  const to = context.flags.integer('to-revision');
  if (to < 0n) throw new Error(`unable to find specified revision ${to} in history`);
  const { live, revisions } = await historyOf(context, info, 'rollbacker');
  const isDeployment = info.resource?.kind === 'Deployment';
  const target = choose(revisions, to, isDeployment, info.name);
  if (dryRun === 'client') {
    return isDeployment
      ? templateText(withoutCause(target.template))
      : `will roll back to ${templateText(target.template)}`;
  }
  const deployment = live as Deployment;
  if (isDeployment && deployment.spec?.paused) {
    throw new Error(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const isSame = bare(withoutCause(target.template)) === bare(deployment.spec?.template);
  if (isSame) return `skipped rollback (current template already matches revision ${to})`;
  try {
    if (isDeployment) {
      const patch = deploymentPatch(deployment, target);
      await patchInfo(context, info, 'json', patch, { dryRun, fieldManager: '' });
    } else await patchInfo(context, info, 'strategic', target.patch, { dryRun, fieldManager: '' });
  } catch (error) {
    throw new Error(`failed restoring revision ${to}: ${messageOf(error)}`);
  }
  return 'rolled back';
}

function choose(revisions: readonly Revision[], to: bigint, isDeployment: boolean, name: string): Revision {
  if (to === 0n) {
    const previous = revisions.filter(({ revision }) => revision !== 0n).at(-2);
    if (previous !== undefined) return previous;
    throw new Error(
      isDeployment
        ? `no rollout history found for deployment ${JSON.stringify(name)}`
        : 'no last revision to roll back to',
    );
  }
  const found = revisions.find(({ revision }) => revision === to);
  if (found === undefined) throw new Error(`unable to find specified revision ${to} in history`);
  return found;
}

/** The template as the ReplicaSet has it. */
function withoutCause(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  const { 'kubernetes.io/change-cause': _, ...annotations } = template?.metadata?.annotations ?? {};
  if (template?.metadata?.annotations === undefined) return template;
  const { annotations: _all, ...metadata } = template.metadata;
  return {
    ...template,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
  };
}

function bare(template: PodTemplateSpec | undefined): string {
  return goJson(withoutHash(template));
}

function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { [HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

function deploymentPatch(deployment: Deployment, { template, object }: Revision): unknown {
  const annotations: Record<string, string> = {};
  const mine = deployment.metadata.annotations ?? {};
  for (const key of OWN_ANNOTATIONS) if (mine[key] !== undefined) annotations[key] = mine[key];
  for (const [key, value] of Object.entries((object as KubeObject).metadata.annotations ?? {})) {
    if (!OWN_ANNOTATIONS.includes(key)) annotations[key] = value;
  }
  return [
    { op: 'replace', path: '/spec/template', value: withoutHash(withoutCause(template)) },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}

import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Affinity, Pod } from '@tabernetes/api/types/core-v1';
import { compareKeys, parseInt64 } from '@tabernetes/apimachinery';
import { podFromTemplate } from '../pods/pod-from-template.ts';
import { daemonTolerations } from './daemon-tolerations.ts';

/** Hash of the template that a Pod was made from. */
export const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** What new Pods are labelled with, and what tells them from old ones. */
export interface TemplateVersion {
  readonly hash: string;
  /** Undefined: the annotation that says it is missing, or no number. */
  readonly generation: string | undefined;
}

export function templateVersion({ metadata }: DaemonSet, hash: string): TemplateVersion {
  const generation = parseInt64(metadata.annotations?.[GENERATION_ANNOTATION] ?? '');
  return { hash, generation: generation?.toString() };
}

/** Whether a Pod was made from that template. Old clusters know it by generation alone. */
export function isUpdated({ metadata }: Pod, { hash, generation }: TemplateVersion): boolean {
  const { labels } = metadata;
  return (
    (hash !== '' && labels?.[HASH_LABEL] === hash) ||
    (generation !== undefined && labels?.[GENERATION_LABEL] === generation)
  );
}

/** How the Pods of a DaemonSet are made, for one node after the other: bound by affinity, so that the scheduler places them. */
export function daemonPods(ds: DaemonSet, { hash, generation }: TemplateVersion): (nodeName: string) => Pod {
  const template = ds.spec?.template ?? {};
  const pod = podFromTemplate(template, ds);
  const spec = pod.spec ?? { containers: [] };
  const metadata = {
    ...pod.metadata,
    labels: {
      ...pod.metadata.labels,
      ...(generation !== undefined && { [GENERATION_LABEL]: generation }),
      ...(hash !== '' && { [HASH_LABEL]: hash }),
    },
  };
  const tolerations = daemonTolerations(spec);
  return (nodeName) => ({
    ...pod,
    metadata,
    spec: { ...spec, tolerations, affinity: onNode(spec.affinity, nodeName) },
  });
}

/** The same affinity, but the node is this one and no other. */
function onNode(affinity: Affinity | undefined, nodeName: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
    },
  };
}

/** The node that a Pod is on or bound for; undefined: one that we did not make. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  let node = bound.get(pod);
  if (node === undefined) {
    node = boundFor(pod) ?? '';
    bound.set(pod, node);
  }
  return node === '' ? undefined : node;
}

/** Pure data: every turn asks for the node of every Pod. */
const bound = new WeakMap<Pod, string>();

function boundFor({ spec }: Pod): string | undefined {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms) {
    for (const { key, operator, values = [] } of matchFields) {
      if (key === 'metadata.name' && operator === 'In') return values.length === 1 ? values[0] : undefined;
    }
  }
  return undefined;
}

/** Those on a node first, then the oldest. */
export function byAge(a: Pod, b: Pod): number {
  return (
    Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) ||
    createdMs(a) - createdMs(b) ||
    compareKeys(a.metadata.name ?? '', b.metadata.name ?? '')
  );
}

const createdMs = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '') || 0;

/** The Pods of each node. Those that have ended and are going are nobody's business any more. */
export function podsByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const phase = pod.status?.phase;
    if (pod.metadata.deletionTimestamp !== undefined && (phase === 'Failed' || phase === 'Succeeded')) continue;
    const node = targetNode(pod);
    if (node === undefined) continue;
    const there = byNode.get(node);
    if (there === undefined) byNode.set(node, [pod]);
    else there.push(pod);
  }
  return byNode;
}

import type { PersistentVolume, Pod } from '@tabernetes/api/types/core-v1';
import type { VolumeAttachment } from '@tabernetes/api/types/storage-v1';

/** What there is to do about one volume. */
export interface AttachPlan {
  /** Nodes that it is to be attached to. */
  readonly attach: readonly string[];
  /** Names of attachments that nobody needs any more. */
  readonly detach: readonly string[];
  /** Pods that wait for a volume which another node has, and the Pods there. */
  readonly blocked: readonly { readonly pod: Pod; readonly by: readonly Pod[] }[];
}

/** Pods that use the volume, those that have ended left out, and the attachments that there are of it. */
export function planAttachments(
  volume: PersistentVolume,
  pods: readonly Pod[],
  attachments: readonly VolumeAttachment[],
): AttachPlan {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName ?? '';
    if (node !== '') byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  const detach = attachments.filter(
    (each) => !byNode.has(nodeOf(each)) && each.metadata.deletionTimestamp === undefined,
  );
  const has = new Set(attachments.map(nodeOf));
  const attach: string[] = [];
  const blocked: { pod: Pod; by: readonly Pod[] }[] = [];
  const isShared = allowsMany(volume);
  for (const [node, waiting] of byNode) {
    if (has.has(node)) continue;
    const others = [...has, ...attach];
    if (isShared || others.length === 0) attach.push(node);
    else {
      const by = others.flatMap((other) => byNode.get(other) ?? []);
      for (const pod of waiting) blocked.push({ pod, by });
    }
  }
  return { attach, detach: detach.map(({ metadata }) => metadata.name ?? ''), blocked };
}

/** Whose turn it is, a Pod is told. Names of Pods in other namespaces are none of its business. */
export function multiAttachText(volumeName: string, pod: Pod, by: readonly Pod[]): string {
  const local = by.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace);
  const foreign = by.length - local.length;
  const said =
    by.length === 0
      ? "Volume is already exclusively attached to one node and can't be attached to another"
      : local.length === 0
        ? `Volume is already used by ${foreign} pod(s) in different namespaces`
        : `Volume is already used by pod(s) ${local.map(({ metadata }) => metadata.name).join(', ')}${foreign > 0 ? ` and ${foreign} pod(s) in different namespaces` : ''}`;
  return `Multi-Attach error for volume "${volumeName}" ${said}`;
}

const nodeOf = ({ spec }: VolumeAttachment): string => spec?.nodeName ?? '';

const allowsMany = ({ spec }: PersistentVolume): boolean => {
  const modes = spec?.accessModes ?? [];
  return modes.length === 0 || modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany');
};

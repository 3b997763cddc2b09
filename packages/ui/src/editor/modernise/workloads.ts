import { visit } from 'yaml';
import { has, mapAt, nodeAt, put, take, textAt, type YamlMap } from './yaml-maps.ts';

/** A Deployment, DaemonSet, StatefulSet or ReplicaSet of before `apps/v1`: it must say which Pods are its own. */
export function workload(root: YamlMap, note: (text: string) => void): void {
  const spec = mapAt(root, 'spec');
  if (spec === undefined) return;
  if (take(spec, 'rollbackTo') !== undefined) note('rollbackTo removed: kubectl rollout undo does it');
  if (take(spec, 'templateGeneration') !== undefined) note('templateGeneration removed');
  if (has(spec, 'selector')) return;
  const template = mapAt(spec, 'template');
  if (template === undefined) return;
  const labels = mapAt(template, 'metadata', 'labels');
  if (labels !== undefined && labels.items.length > 0) {
    put(spec, 'selector', { matchLabels: blockCopy(labels) }, 'template');
    note('selector added from the labels of the template');
    return;
  }
  const own = { app: textAt(root, 'metadata', 'name') ?? 'app' };
  const metadata = mapAt(template, 'metadata');
  if (metadata === undefined) put(template, 'metadata', { labels: own }, 'spec');
  else put(metadata, 'labels', own);
  put(spec, 'selector', { matchLabels: own }, 'template');
  note('selector and labels added');
}

/** In `apps/v1` Pods are replaced as the template changes, where they used to wait for somebody to delete them. */
export function updatedByHand(root: YamlMap, note: (text: string) => void): void {
  workload(root, note);
  if (nodeAt(root, 'spec', 'updateStrategy') === undefined)
    note('updateStrategy is RollingUpdate now, it was OnDelete');
}

/** The same entries, quoted as they were, one per line and without the comments. */
function blockCopy(map: YamlMap): YamlMap {
  const copy = map.clone() as YamlMap;
  copy.flow = false;
  visit(copy, {
    Node(_key, node) {
      node.comment = null;
      node.commentBefore = null;
    },
  });
  return copy;
}

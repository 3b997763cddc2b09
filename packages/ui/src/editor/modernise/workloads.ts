import { visit } from 'yaml';
import type { Note } from './modern-note.ts';
import { has, mapAt, nodeAt, put, take, textAt, type YamlMap } from './yaml-maps.ts';

/** A Deployment, DaemonSet, StatefulSet or ReplicaSet of before `apps/v1`: it must say which Pods are its own. */
export function workload(root: YamlMap, note: Note): void {
  const spec = mapAt(root, 'spec');
  if (spec === undefined) return;
  if (take(spec, 'rollbackTo') !== undefined) note('rollbackTo');
  if (take(spec, 'templateGeneration') !== undefined) note('templateGeneration');
  if (has(spec, 'selector')) return;
  const template = mapAt(spec, 'template');
  if (template === undefined) return;
  const labels = mapAt(template, 'metadata', 'labels');
  if (labels !== undefined && labels.items.length > 0) {
    put(spec, 'selector', { matchLabels: blockCopy(labels) }, 'template');
    note('selectorFromLabels');
    return;
  }
  const own = { app: textAt(root, 'metadata', 'name') ?? 'app' };
  const metadata = mapAt(template, 'metadata');
  if (metadata === undefined) put(template, 'metadata', { labels: own }, 'spec');
  else put(metadata, 'labels', own);
  put(spec, 'selector', { matchLabels: own }, 'template');
  note('selectorAndLabels');
}

/** In `apps/v1` Pods are replaced as the template changes, where they used to wait for somebody to delete them. */
export function updatedByHand(root: YamlMap, note: Note): void {
  workload(root, note);
  if (nodeAt(root, 'spec', 'updateStrategy') === undefined) note('rollingUpdate');
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

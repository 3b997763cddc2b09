import { isScalar } from 'yaml';
import type { Note } from './modern-note.ts';
import { has, mapAt, mapsAt, nodeAt, put, rename, take, textAt, type YamlMap } from './yaml-maps.ts';

/** An empty selector meant no Pod; it means all of them now. */
export function disruptionBudget(root: YamlMap, note: Note): void {
  const selector = mapAt(root, 'spec', 'selector');
  if (selector?.items.length === 0) note('emptySelector');
}

/** Webhooks must say that they have no side effects, and which reviews they read. */
export function webhooks(root: YamlMap, note: Note): void {
  for (const webhook of mapsAt(root, 'webhooks')) {
    const effects = textAt(webhook, 'sideEffects');
    if (effects === undefined || effects === 'Unknown' || effects === 'Some') {
      put(webhook, 'sideEffects', 'None');
      note('sideEffects');
    }
    if (!has(webhook, 'admissionReviewVersions')) {
      put(webhook, 'admissionReviewVersions', ['v1', 'v1beta1']);
      note('reviewVersions');
    }
    if (!has(webhook, 'failurePolicy')) note('failurePolicy');
  }
}

/** `topology` of an endpoint became fields. */
export function endpointSlice(root: YamlMap, note: Note): void {
  for (const endpoint of mapsAt(root, 'endpoints')) {
    const topology = take(endpoint, 'topology');
    if (topology === undefined) continue;
    const values = topology.toJSON() as Readonly<Record<string, string>>;
    const node = values['kubernetes.io/hostname'];
    const zone = values['topology.kubernetes.io/zone'];
    if (node !== undefined && !has(endpoint, 'nodeName')) put(endpoint, 'nodeName', node);
    if (zone !== undefined && !has(endpoint, 'zone')) put(endpoint, 'zone', zone);
    note('topology');
  }
}

export function signingRequest(root: YamlMap, note: Note): void {
  const spec = mapAt(root, 'spec');
  if (spec === undefined) return;
  if (!has(spec, 'signerName')) {
    put(spec, 'signerName', 'kubernetes.io/kube-apiserver-client');
    note('signerName');
  }
  if (!has(spec, 'usages')) {
    put(spec, 'usages', ['client auth']);
    note('usages');
  }
}

/** Shares were called assured. */
export function priorityLevel(root: YamlMap): void {
  rename(mapAt(root, 'spec', 'limited'), 'assuredConcurrencyShares', 'nominalConcurrencyShares');
}

/** The handler stood in a spec. */
export function runtimeClass(root: YamlMap, note: Note): void {
  const spec = mapAt(root, 'spec');
  const handler = nodeAt(spec, 'runtimeHandler');
  if (spec === undefined || handler === undefined) return;
  take(root, 'spec');
  put(root, 'handler', handler);
  for (const name of ['overhead', 'scheduling']) {
    const value = nodeAt(spec, name);
    if (value !== undefined) put(root, name, value);
  }
  note('handler');
}

/** Subjects named a version where a group belongs. */
export function roleBinding(root: YamlMap): void {
  for (const subject of mapsAt(root, 'subjects')) {
    const version = take(subject, 'apiVersion');
    if (version === undefined || !isScalar(version) || has(subject, 'apiGroup')) continue;
    if (textAt(subject, 'kind') !== 'ServiceAccount') put(subject, 'apiGroup', 'rbac.authorization.k8s.io');
  }
}

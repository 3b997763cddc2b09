import type { KubeObject } from '@tabernetes/apimachinery';
import { goJson } from '../go-json.ts';

/** Where `kubectl apply` keeps what it sent last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as it is kept: without the annotation itself, with annotations even if there are none, a line. */
export function configurationText(object: KubeObject): string {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata?.annotations ?? {};
  return `${goJson(withAnnotations(object, annotations))}\n`;
}

/** The object with its own configuration in the annotation. */
export function withLastApplied(object: KubeObject, text = configurationText(object)): KubeObject {
  return withAnnotations(object, { ...object.metadata?.annotations, [LAST_APPLIED]: text });
}

/** What was applied last; undefined when nothing was. */
export const lastApplied = (object: KubeObject | undefined): string | undefined =>
  object?.metadata?.annotations?.[LAST_APPLIED];

/** Keys of metadata are sorted, as Go sends a map. */
export function withAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: sorted({ ...object.metadata, annotations: sorted(annotations) }) };
}

const sorted = <T extends object>(map: T): T =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1))) as T;

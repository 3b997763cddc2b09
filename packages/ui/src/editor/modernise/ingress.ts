import { isScalar } from 'yaml';
import type { Note } from './modern-note.ts';
import { has, mapAt, mapsAt, nodeAt, put, rename, take, textAt, type YamlMap } from './yaml-maps.ts';

/** An Ingress of before `networking.k8s.io/v1`. */
export function ingress(root: YamlMap, note: Note): void {
  const annotations = mapAt(root, 'metadata', 'annotations');
  const className = textAt(annotations, 'kubernetes.io/ingress.class');
  let spec = mapAt(root, 'spec');
  if (className !== undefined && !has(spec, 'ingressClassName')) {
    take(annotations, 'kubernetes.io/ingress.class');
    if (annotations?.items.length === 0) take(mapAt(root, 'metadata'), 'annotations');
    if (spec === undefined) {
      put(root, 'spec', {});
      spec = mapAt(root, 'spec');
    }
    if (spec !== undefined) put(spec, 'ingressClassName', className, firstKey(spec));
    note('ingressClass');
  }
  if (has(spec, 'backend')) {
    rename(spec, 'backend', 'defaultBackend');
    if (backend(mapAt(spec, 'defaultBackend'))) note('defaultBackend');
  }
  let isRewritten = false;
  let hasType = true;
  for (const rule of mapsAt(spec, 'rules')) {
    for (const path of mapsAt(rule, 'http', 'paths')) {
      if (backend(mapAt(path, 'backend'))) isRewritten = true;
      if (has(path, 'pathType')) continue;
      hasType = false;
      // Every version left it to the controller what a path means; a path that is not there is all of them.
      put(path, 'pathType', has(path, 'path') ? 'ImplementationSpecific' : 'Prefix', 'backend');
      if (!has(path, 'path')) put(path, 'path', '/', 'pathType');
    }
  }
  if (isRewritten) note('backends');
  if (!hasType) note('pathType');
}

/** `serviceName` and `servicePort` of a backend. */
function backend(map: YamlMap | undefined): boolean {
  if (map === undefined || !has(map, 'serviceName')) return false;
  const port = nodeAt(map, 'servicePort');
  const value = isScalar(port) ? port.value : undefined;
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  const name = take(map, 'serviceName');
  take(map, 'servicePort');
  const of = isNumber ? { number: Number(value) } : { name: String(value) };
  put(map, 'service', { name, ...(value !== undefined && { port: of }) });
  return true;
}

const firstKey = (map: YamlMap): string | undefined => {
  const key = map.items[0]?.key;
  return isScalar(key) ? String(key.value) : undefined;
};

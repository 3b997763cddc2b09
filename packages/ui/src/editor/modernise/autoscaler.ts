import type { Note } from './modern-note.ts';
import { has, mapAt, mapsAt, put, setText, take, textAt, type YamlMap } from './yaml-maps.ts';

/** What an autoscaler points at may be of an old version, too. */
function target(root: YamlMap, note: Note): void {
  const reference = mapAt(root, 'spec', 'scaleTargetRef');
  const version = textAt(reference, 'apiVersion') ?? '';
  if (reference === undefined || !/^(extensions\/v1beta1|apps\/v1beta[12])$/.test(version)) return;
  setText(reference, 'apiVersion', 'apps/v1');
  note('scaleTarget');
}

export const autoscaler = target;

/** `autoscaling/v2beta1` wrote targets beside the metric. */
export function autoscalerV2beta1(root: YamlMap, note: Note): void {
  target(root, note);
  let isRewritten = false;
  for (const metric of mapsAt(root, 'spec', 'metrics')) {
    for (const source of ['resource', 'containerResource', 'pods', 'object', 'external']) {
      const map = mapAt(metric, source);
      if (map !== undefined && rewrite(map, source)) isRewritten = true;
    }
  }
  if (isRewritten) note('metricTargets');
}

function rewrite(map: YamlMap, source: string): boolean {
  // Of an Object metric, `target` was what it describes.
  const described = source === 'object' && has(mapAt(map, 'target'), 'kind') ? take(map, 'target') : undefined;
  if (described !== undefined) put(map, 'describedObject', described, map.items.length > 0 ? 'metricName' : undefined);
  const metricName = take(map, 'metricName');
  const selector = take(map, 'selector') ?? take(map, 'metricSelector');
  if (metricName !== undefined) put(map, 'metric', { name: metricName, selector });
  const utilization = take(map, 'targetAverageUtilization');
  const average = take(map, 'targetAverageValue') ?? take(map, 'averageValue');
  const value = take(map, 'targetValue');
  if (utilization !== undefined) put(map, 'target', { type: 'Utilization', averageUtilization: utilization });
  else if (average !== undefined) put(map, 'target', { type: 'AverageValue', averageValue: average });
  else if (value !== undefined) put(map, 'target', { type: 'Value', value });
  return [described, metricName, utilization, average, value].some((each) => each !== undefined);
}

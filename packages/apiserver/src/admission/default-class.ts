import type { KubeObject } from '@tabernetes/apimachinery';

/** The class that an object without one gets: of those marked as default the newest, of several of the same second the first by name. */
export function defaultClass(classes: readonly KubeObject[], annotations: readonly string[]): string | undefined {
  let chosen: KubeObject | undefined;
  for (const candidate of classes) {
    const isDefault = annotations.some((key) => candidate.metadata.annotations?.[key] === 'true');
    if (isDefault && (chosen === undefined || comesBefore(candidate, chosen))) chosen = candidate;
  }
  return chosen?.metadata.name;
}

function comesBefore({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  const [createdA = '', createdB = ''] = [a.creationTimestamp, b.creationTimestamp];
  return createdA === createdB ? (a.name ?? '') < (b.name ?? '') : createdA > createdB;
}

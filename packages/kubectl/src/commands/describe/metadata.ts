import type { Taint, Toleration } from '@tabernetes/api/types/core-v1';
import type { ObjectMeta } from '@tabernetes/apimachinery';
import type { Description } from './description.ts';

type Texts = Readonly<Record<string, string>>;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Longer annotations stand on lines of their own, and are cut. */
const LONGEST = 140;

/** Pairs below each other: `Labels:  a=b`. */
export function pairs(d: Description, title: string, map: Texts | undefined, indent = ''): void {
  d.write(0, `${indent}${title}:\t`);
  const keys = Object.keys(map ?? {}).sort();
  if (keys.length === 0) {
    d.line('<none>');
    return;
  }
  keys.forEach((key, at) => {
    if (at > 0) {
      d.write(0, indent);
      d.write(0, '\t');
    }
    d.write(0, `${key}=${map?.[key] ?? ''}\n`);
  });
}

export function annotations(d: Description, map: Texts | undefined, title = 'Annotations'): void {
  d.write(0, `${title}:\t`);
  const keys = Object.keys(map ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  if (keys.length === 0) {
    d.line('<none>');
    return;
  }
  keys.forEach((key, at) => {
    if (at > 0) d.write(0, '\t');
    const value = (map?.[key] ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 > LONGEST || value.includes('\n')) {
      d.write(0, `${key}:\n`);
      for (const line of value.split('\n')) d.write(0, `\t  ${shorten(line, LONGEST - 2)}\n`);
    } else d.write(0, `${key}: ${value}\n`);
  });
}

const shorten = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}...` : text;

/** Name, namespace, labels and annotations: how most descriptions begin. */
export function head(d: Description, metadata: ObjectMeta, isNamespaced = true): void {
  d.field(0, 'Name', metadata.name ?? '');
  if (isNamespaced) d.field(0, 'Namespace', metadata.namespace ?? '');
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
}

/** `a=b,c=d` in one line, `<none>` for none. */
export const inline = (map: Texts | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>';

/** `ReplicaSet/web-1`; empty without a controller. */
function controllerOf({ ownerReferences = [] }: ObjectMeta): string {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  return owner === undefined ? '' : `${owner.kind}/${owner.name}`;
}

export function controlledBy(d: Description, metadata: ObjectMeta): void {
  const owner = controllerOf(metadata);
  if (owner !== '') d.field(0, 'Controlled By', owner);
}

/** Lines below each other, the first one beside the title. */
export function column(d: Description, title: string, lines: readonly string[]): void {
  d.write(0, `${title}:\t`);
  if (lines.length === 0) {
    d.line('<none>');
    return;
  }
  lines.forEach((line, at) => {
    if (at > 0) d.write(0, '\t');
    d.write(0, `${line}\n`);
  });
}

export function tolerations(d: Description, title: string, list: readonly Toleration[] = []): void {
  const sorted = list.toSorted((a, b) => compare(a.key ?? '', b.key ?? ''));
  column(d, title, sorted.map(tolerationText));
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration): string {
  let text = key;
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (operator === 'Exists' && value === '') text += key !== '' || effect !== '' ? ' op=Exists' : 'op=Exists';
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

export function taints(d: Description, list: readonly Taint[] = []): void {
  const sorted = list.toSorted((a, b) => compare(`${a.effect},${a.key}`, `${b.effect},${b.key}`));
  column(d, 'Taints', sorted.map(taintText));
}

/** `key=value:NoSchedule` */
function taintText({ key, value = '', effect = '' }: Taint): string {
  if (effect === '') return value === '' ? key : `${key}=${value}:`;
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Go's `%v` of a list of texts. */
export const bracketed = (list: readonly unknown[] = []): string => `[${list.join(' ')}]`;

export const capital = (value: boolean | undefined): string =>
  value === undefined ? '<unset>' : value ? 'True' : 'False';

import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { isMap } from '../patch/json-tree.ts';
import { equalJson } from './equal-values.ts';
import type { Tracked } from './track-update.ts';

/**
 * An update or apply that changes nothing but times in managedFields is no change, and gives back `live`: defaulting, normalising and
 * what the server resets can make `next` equal to what is stored only after ownership was recorded. Call it last before storing,
 * with the stored resourceVersion in `next`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/equality.go
 */
export function settleTimestamps<T extends Tracked>(live: T, next: T): T {
  if (next === live) return live;
  const before = live.metadata?.managedFields;
  const after = next.metadata?.managedFields;
  if (before === undefined || after === undefined || before === after) return next;
  if (before.length !== after.length || !before.every((entry, i) => sameButTime(entry, after[i]))) return next;
  return sameButMetadata(live, next) && sameButManagedFields(live.metadata, next.metadata) ? live : next;
}

function sameButTime(a: ManagedFieldsEntry, b: ManagedFieldsEntry | undefined): boolean {
  return b !== undefined && (a === b || equalExcept(a, b, 'time'));
}

const sameButMetadata = (a: unknown, b: unknown): boolean => equalExcept(a, b, 'metadata');
const sameButManagedFields = (a: unknown, b: unknown): boolean => equalExcept(a, b, 'managedFields');

function equalExcept(a: unknown, b: unknown, name: string): boolean {
  if (!isMap(a) || !isMap(b)) return a === b;
  for (const key in a) if (key !== name && !equalJson(a[key], b[key])) return false;
  for (const key in b) if (key !== name && a[key] === undefined && b[key] !== undefined) return false;
  return true;
}

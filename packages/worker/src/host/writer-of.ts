import type { KubeObject, ManagedFieldsEntry } from '@tabernetes/apimachinery';

type Entry = ManagedFieldsEntry;

/**
 * The manager that made `after` of `before`, as `managedFields` tell: whose entry came, or got newer or larger. Entries that only
 * shrank belong to managers whose fields were taken. When no entry changed, it was one that had all these fields and wrote twice in
 * a second: told when there is one only. Empty when nobody is told of: a binding and a deletion leave no entry.
 *
 * @param changed what differs, as `spec.replicas`
 */
export function writerOf(after: KubeObject, before: KubeObject | undefined, changed: readonly string[]): string {
  const entries = after.metadata.managedFields ?? [];
  const known = new Map((before?.metadata.managedFields ?? []).map((entry) => [keyOf(entry), entry]));
  const own = entries.filter((entry) => isOwn(entry, known.get(keyOf(entry))));
  if (own.length > 0) return only(own);
  if (before === undefined || changed.some((field) => SILENT.has(field))) return '';
  const part = changed.length > 0 && changed.every((field) => field.startsWith('status')) ? 'status' : '';
  return only(entries.filter(({ subresource = '' }) => subresource === part));
}

/** What is written without a manager. */
const SILENT = new Set(['spec.nodeName', 'metadata.deletionTimestamp']);

const keyOf = ({ manager = '', operation = '', apiVersion = '', subresource = '' }: Entry): string =>
  [manager, operation, apiVersion, subresource].join('\0');

/** Whether this is the entry of who wrote. */
function isOwn(now: Entry, before: Entry | undefined): boolean {
  if (before === undefined) return true;
  if (now.fieldsV1 === before.fieldsV1 && now.time === before.time) return false;
  const [is, was] = [now, before].map(({ fieldsV1 }) => JSON.stringify(fieldsV1) ?? '') as [string, string];
  return is.length > was.length || (is.length === was.length && is !== was) || now.time !== before.time;
}

/** The manager of all of these; empty when there is more than one. */
function only(entries: readonly Entry[]): string {
  const managers = new Set(entries.map(({ manager = '' }) => manager));
  const [first = ''] = managers;
  return managers.size === 1 ? first : '';
}

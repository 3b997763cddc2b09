import { compareKeys } from '../encode/compare-keys.ts';
import type { StatusCause } from '../generated/meta-v1.ts';
import { goQuote } from '../go/quote.ts';
import { failure, type StatusError } from '../status.ts';
import { type FieldSet, hasPath, intersection, isEmptySet, pathsOf, pathText, union } from './field-set.ts';

import { type Manager, type ManagerId, managerKey, sameManager } from './managers.ts';
import type { PathElement } from './path-element.ts';
import type { Changes } from './versions.ts';

/** Fields that a manager owns and an apply would change. */
export interface ApplyConflict {
  readonly manager: ManagerId;
  readonly path: readonly PathElement[];
}

/** What of other managers' fields a merged object changes, by manager identifier, then as sets list their paths. */
export function conflictsOf(
  managers: readonly Manager[],
  changes: Changes,
  applier: ManagerId,
): readonly ApplyConflict[] {
  const conflicts: ApplyConflict[] = [];
  const sorted =
    managers.length > 1 ? [...managers].sort((a, b) => compareKeys(managerKey(a), managerKey(b))) : managers;
  for (const manager of sorted) {
    if (sameManager(manager, applier)) continue;
    const changed = changes.in(manager.apiVersion);
    if (changed === undefined) continue;
    const set = intersection(manager.set, union(changed.modified, changed.added));
    if (isEmptySet(set)) continue;
    for (const path of pathsOf(set)) conflicts.push({ manager, path });
  }
  return conflicts;
}

/** Those outside a set. */
export const conflictsOutside = (conflicts: readonly ApplyConflict[], set: FieldSet): readonly ApplyConflict[] =>
  conflicts.filter(({ path }) => !hasPath(set, path));

/**
 * 409 with one cause per field.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
 */
export function applyConflictStatus(conflicts: readonly ApplyConflict[]): StatusError {
  const causes = conflicts.map(
    ({ manager, path }): StatusCause => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${managerText(manager)}`,
      field: pathText(path),
    }),
  );
  return failure(409, 'Conflict', conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: readonly ApplyConflict[]): string {
  const [only] = conflicts;
  if (only !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${pathText(only.path)}`;
  }
  const lines: string[] = [];
  let last: ManagerId | undefined;
  for (const { manager, path } of conflicts) {
    if (manager !== last) lines.push(`conflicts with ${managerText(manager)}:`);
    last = manager;
    lines.push(`- ${pathText(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ name, operation, apiVersion, subresource }: ManagerId): string {
  const text = subresource === '' ? goQuote(name) : `${goQuote(name)} with subresource ${goQuote(subresource)}`;
  return operation === 'Update' ? `${text} using ${apiVersion}` : text;
}

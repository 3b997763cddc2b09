import { type FieldError, invalid } from '@tabernetes/apimachinery';
import { nonNegative } from './numbers.ts';

/** A status that counts replicas. */
export interface ReplicaCounts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/**
 * Appends refusals of counts below zero, above `status.replicas`, or of more available than ready replicas.
 * @param counted all counts, in the order in which they are looked at
 * @param bounded those that may not exceed `status.replicas`
 */
export function validateReplicaStatus<T extends ReplicaCounts>(
  errors: FieldError[],
  status: T,
  counted: readonly (keyof T & string)[],
  bounded: readonly (keyof T & string)[],
  readyText = 'cannot be greater than readyReplicas',
): void {
  const count = (name: keyof T): number => {
    const value: unknown = status[name];
    return typeof value === 'number' ? value : 0;
  };
  for (const name of counted) nonNegative(errors, `status.${name}`, count(name));
  for (const name of bounded) {
    if (count(name) > count('replicas')) {
      errors.push(invalid(`status.${name}`, count(name), 'cannot be greater than status.replicas'));
    }
  }
  if (count('availableReplicas') > count('readyReplicas')) {
    errors.push(invalid('status.availableReplicas', count('availableReplicas'), readyText));
  }
}

/** Appends a refusal of a `collisionCount` that went down. */
export function validateCollisionCount(
  errors: FieldError[],
  now: { readonly collisionCount?: number } | undefined,
  before: { readonly collisionCount?: number } | undefined,
): void {
  const had = before?.collisionCount;
  const has = now?.collisionCount;
  if (had !== undefined && (has === undefined || has < had)) {
    errors.push(invalid('status.collisionCount', has ?? 0, 'cannot be decremented'));
  }
}

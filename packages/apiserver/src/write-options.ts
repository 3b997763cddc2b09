import {
  badRequest,
  invalidStatus,
  type DeleteOptions as RawDeleteOptions,
  validateDeleteOptions,
  validatePatchOptions,
  validateWriteOptions,
} from '@tabernetes/apimachinery';
import type { PatchType } from './negotiation.ts';
import { type Query, queryBool, queryInt, queryList } from './query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What the query says about a write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** As sent; empty: the user agent names the manager. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Nobody has asked for that: it is the default. */
  readonly isDefaultValidation: boolean;
  /** Of an apply patch: take fields from other managers. */
  readonly force: boolean;
}

export type WriteOptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const NO_OPTIONS: WriteOptions = {
  dryRun: false,
  fieldManager: '',
  fieldValidation: 'Warn',
  isDefaultValidation: true,
  force: false,
};

/** @throws {StatusError} Invalid */
export function writeOptions(query: Query, kind: WriteOptionsKind, patch?: PatchType): WriteOptions {
  const { fieldManager, fieldValidation } = query;
  const dryRun = queryList(query, 'dryRun');
  const isApply = patch === 'application/apply-patch+yaml';
  const force = kind === 'PatchOptions' ? queryBool(query, 'force') : undefined;
  if (dryRun === undefined && !fieldManager && !fieldValidation && force === undefined && !isApply) return NO_OPTIONS;

  const given = {
    fieldManager: fieldManager ?? '',
    fieldValidation: fieldValidation ?? '',
    ...(dryRun && { dryRun }),
    ...(force !== undefined && { force }),
  };
  const errors = kind === 'PatchOptions' ? validatePatchOptions(given, isApply) : validateWriteOptions(given);
  if (errors.length > 0) throw invalidStatus({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun !== undefined,
    fieldManager: given.fieldManager,
    fieldValidation: given.fieldValidation === '' ? 'Warn' : (given.fieldValidation as FieldValidation),
    isDefaultValidation: given.fieldValidation === '',
    force: force === true,
  };
}

/** What is asked of a deletion. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const NO_DELETE_OPTIONS: DeleteOptions = { dryRun: false };

/** @throws {StatusError} BadRequest, Invalid */
export function deleteOptionsFromQuery(query: Query): DeleteOptions {
  const { propagationPolicy, uid, resourceVersion } = query;
  const dryRun = queryList(query, 'dryRun');
  const gracePeriodSeconds = queryInt(query, 'gracePeriodSeconds');
  const orphanDependents = queryBool(query, 'orphanDependents');
  const isEmpty =
    dryRun === undefined &&
    propagationPolicy === undefined &&
    gracePeriodSeconds === undefined &&
    orphanDependents === undefined &&
    !uid &&
    !resourceVersion;
  if (isEmpty) return NO_DELETE_OPTIONS;
  return checkedDeleteOptions({
    ...(dryRun && { dryRun }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(orphanDependents !== undefined && { orphanDependents }),
    ...((uid || resourceVersion) && {
      preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
    }),
  });
}

/** @param value the decoded body of a DELETE. @throws {StatusError} BadRequest, Invalid */
export function checkedDeleteOptions(value: unknown): DeleteOptions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('decoded object cannot be converted to DeleteOptions');
  }
  // What deletes objects that cannot be read is alpha, and off: whoever asks for it asks for nothing.
  const { ignoreStoreReadErrorWithClusterBreakingPotential: _, ...options } = value as RawDeleteOptions;
  const errors = validateDeleteOptions(options);
  if (errors.length > 0) throw invalidStatus({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const { dryRun = [], gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = options;
  return {
    dryRun: dryRun.length > 0,
    // Negative periods count as one second.
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds: gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(orphanDependents !== undefined && { orphanDependents }),
    ...(preconditions && { preconditions }),
  };
}

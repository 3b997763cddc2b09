import { type FieldError, forbidden, invalidStatus, notSupported } from '@tabernetes/apimachinery';
import { type Query, queryBool, queryInt } from './query.ts';
import { checkSelectors } from './registry/predicate.ts';

/** ListOptions of a list, a watch or a deletion of many. */
export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  /** Empty: the latest, consistently. `0`: any. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan';
  /** 0: no limit. */
  readonly limit: number;
  readonly continue: string;
  readonly timeoutSeconds: number | undefined;
  readonly sendInitialEvents: boolean | undefined;
}

/**
 * @param watch true when the path itself asks for a watch
 * @throws {StatusError} BadRequest, Invalid
 * @see staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go
 */
export function listOptions(query: Query, watch: boolean): ListOptions {
  const { labelSelector = '', fieldSelector = '' } = query;
  // What cannot be read is told before what is not allowed.
  checkSelectors(labelSelector, fieldSelector);
  const timeoutSeconds = queryInt(query, 'timeoutSeconds');
  const limit = queryInt(query, 'limit') ?? 0;
  const sendInitialEvents = queryBool(query, 'sendInitialEvents');
  const resourceVersion = query['resourceVersion'] ?? '';
  const match = query['resourceVersionMatch'] ?? '';
  const token = query['continue'] ?? '';
  const isWatch = watch || queryBool(query, 'watch') === true;
  const errors = isWatch
    ? watchProblems(match, token, resourceVersion, sendInitialEvents)
    : listProblems(match, token, resourceVersion, sendInitialEvents);
  if (errors.length > 0) throw invalidStatus({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return {
    labelSelector,
    fieldSelector,
    watch: isWatch,
    allowWatchBookmarks: queryBool(query, 'allowWatchBookmarks') === true,
    resourceVersion,
    resourceVersionMatch: match as ListOptions['resourceVersionMatch'],
    limit,
    continue: token,
    timeoutSeconds,
    sendInitialEvents,
  };
}

function listProblems(match: string, token: string, version: string, initialEvents: boolean | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'resourceVersionMatch';
  if (match !== '') {
    if (version === '')
      errors.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token !== '') errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && version === '0') {
      errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (initialEvents !== undefined) {
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function watchProblems(
  match: string,
  token: string,
  version: string,
  initialEvents: boolean | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'resourceVersionMatch';
  // Who begins anywhere is taken to have asked for what there is, no older than that.
  const beginsAnywhere = match === '' && initialEvents === undefined && (version === '' || version === '0');
  if (initialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (initialEvents === undefined) {
      errors.push(forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    }
    if (match !== 'NotOlderThan') errors.push(notSupported(field, match, ['NotOlderThan']));
  }
  if (token !== '' && (match !== '' || beginsAnywhere)) {
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return errors;
}

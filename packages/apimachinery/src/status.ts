import { aggregateText, type FieldError, fieldErrorBody, fieldErrorText } from './field-error.ts';
import type { Status, StatusCause, StatusDetails } from './generated/meta-v1.ts';
import { goQuote } from './go/quote.ts';
import type { GroupResource } from './schema.ts';

/** Reasons of a failed request. @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go */
export type StatusReason =
  | ''
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'StoreReadError'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

/** A refusal by the API, as a value that can be thrown. Branch on `reason`, never on the message. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? '');
    this.status = status;
  }
  get reason(): StatusReason {
    return (this.status.reason ?? '') as StatusReason;
  }
  /** HTTP status code. */
  get code(): number {
    return this.status.code ?? 500;
  }
}

const hasReason =
  (reason: StatusReason) =>
  (error: unknown): error is StatusError =>
    error instanceof StatusError && error.reason === reason;

export const isNotFound = hasReason('NotFound');
export const isConflict = hasReason('Conflict');
export const isAlreadyExists = hasReason('AlreadyExists');

/** For a `catch`: undefined when what was asked for is not there. @throws whatever else went wrong */
export function ignoreNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

/** A failure Status in Go's field order. Empty reasons and details are left out, as Go's omitempty does. */
export function failure(code: number, reason: StatusReason, message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason && { reason }),
    ...(details && { details }),
    code,
  });
}

/** `deployments.apps`, or `pods` for the core group. */
const qualifiedResource = ({ group, resource }: GroupResource): string => (group ? `${resource}.${group}` : resource);
/** `Deployment.apps`, or `Pod` for the core group. */
const qualifiedKind = (gk: { readonly group: string; readonly kind: string }): string =>
  gk.group ? `${gk.kind}.${gk.group}` : gk.kind;

const about = (resource: GroupResource, name: string, causes?: readonly StatusCause[]): StatusDetails => ({
  ...(name && { name }),
  ...(resource.group && { group: resource.group }),
  ...(resource.resource && { kind: resource.resource }),
  ...(causes && { causes }),
});

export const notFound = (resource: GroupResource, name: string): StatusError =>
  failure(404, 'NotFound', `${qualifiedResource(resource)} ${goQuote(name)} not found`, about(resource, name));

/** The path names no resource that is served. */
export const resourceNotFound = (): StatusError =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (resource: GroupResource, name: string): StatusError =>
  failure(
    409,
    'AlreadyExists',
    `${qualifiedResource(resource)} ${goQuote(name)} already exists`,
    about(resource, name),
  );

export const conflict = (resource: GroupResource, name: string, why: string): StatusError =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(resource)} ${goQuote(name)}: ${why}`,
    about(resource, name),
  );

/** The optimistic lock failed: the resourceVersion sent is not the stored one. */
export const modified = (resource: GroupResource, name: string): StatusError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const forbiddenStatus = (resource: GroupResource, name: string, why: string): StatusError => {
  const text =
    resource.resource === '' && resource.group === ''
      ? `forbidden: ${why}`
      : name === ''
        ? `${qualifiedResource(resource)} is forbidden: ${why}`
        : `${qualifiedResource(resource)} ${goQuote(name)} is forbidden: ${why}`;
  return failure(403, 'Forbidden', text, about(resource, name));
};

export const unauthorized = (): StatusError => failure(401, 'Unauthorized', 'Unauthorized');

export const badRequest = (message: string): StatusError => failure(400, 'BadRequest', message);

export const methodNotAllowed = (): StatusError =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** What the resource has not, where its path knows the method. */
export function methodNotSupported(verb: string, of: GroupResource): StatusError {
  const message = `${verb} is not supported on resources of kind ${JSON.stringify(qualifiedResource(of))}`;
  return failure(405, 'MethodNotAllowed', message, { ...(of.group !== '' && { group: of.group }), kind: of.resource });
}

export const expired = (message: string): StatusError => failure(410, 'Expired', message);

export const internal = (message: string): StatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

/** `Deployment.apps "web" is invalid: …`: each distinct error once in the message, every one as a cause. */
export function invalidStatus(
  gk: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map(
    (e): StatusCause => ({ reason: e.type, message: fieldErrorBody(e), ...(e.field && { field: e.field }) }),
  );
  const details: StatusDetails = {
    ...(name && { name }),
    ...(gk.group && { group: gk.group }),
    ...(gk.kind && { kind: gk.kind }),
    ...(causes.length > 0 && { causes }),
  };
  const head = `${qualifiedKind(gk)} ${goQuote(name)} is invalid`;
  const message = errors.length === 0 ? head : `${head}: ${aggregateText(errors.map(fieldErrorText))}`;
  return failure(422, 'Invalid', message, details);
}

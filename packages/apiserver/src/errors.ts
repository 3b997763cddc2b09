import { type ApiResponse, failure, internal, StatusError } from '@tabernetes/apimachinery';
import { StoreError } from '@tabernetes/storage';
import { NotAllowed } from './authorization.ts';

/** What nobody serves. */
export const PAGE_NOT_FOUND: ApiResponse = {
  status: 404,
  headers: { 'x-content-type-options': 'nosniff' },
  body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: '404 page not found\n' },
};

/** The answer for what was thrown. `report` is told of what no part of the server meant to throw. */
export function errorResponse(error: unknown, report: (error: unknown) => void): ApiResponse {
  const known = statusError(error);
  if (known === undefined) report(error);
  const { status, warnings } =
    known ?? (internal(error instanceof Error ? error.message : String(error)) as StatusErrorWithWarnings);
  return {
    status: status.code ?? 500,
    headers: {
      ...(status.details?.retryAfterSeconds && { 'retry-after': String(status.details.retryAfterSeconds) }),
      ...(error instanceof NotAllowed && { 'x-content-type-options': 'nosniff' }),
    },
    ...(warnings !== undefined && warnings.length > 0 && { warnings }),
    body: { kind: 'object', object: status },
  };
}

function statusError(error: unknown): StatusErrorWithWarnings | undefined {
  if (error instanceof StatusError) return error;
  if (error instanceof StoreError) return storeError(error);
  return undefined;
}

/** A refusal may carry the warnings that were collected before it. */
interface StatusErrorWithWarnings extends StatusError {
  warnings?: readonly string[];
}

/** Lets a refusal carry warnings to the client; returns it, to be thrown. */
export function withWarnings(error: unknown, warnings: readonly string[]): unknown {
  if (warnings.length === 0 || !(error instanceof StatusError)) return error;
  return Object.assign(error, { warnings });
}

/** The store's refusals as the API words them; lists word some of them better themselves. */
function storeError(error: StoreError): StatusError {
  switch (error.code) {
    case 'compacted':
      return failure(410, 'Expired', 'The resourceVersion for the provided list is too old.');
    case 'disposed':
      return failure(503, 'ServiceUnavailable', 'the storage is closed');
    default:
      return internal(error.message);
  }
}

/** A resourceVersion that lies in the future. `current` is the store's revision. */
export const tooLargeResourceVersion = (asked: number, current: number): StatusError =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

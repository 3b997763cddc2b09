import type { ApiRequest, ApiResponse, KubeObject, UserInfo } from '@tabernetes/apimachinery';
import type { ApiServer } from '../api-server.ts';

/** Whom kube-apiserver is to itself. */
export const SELF: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };

export interface OwnRequest extends Pick<ApiRequest, 'method' | 'path'> {
  readonly query?: ApiRequest['query'];
  /** What is written. */
  readonly object?: unknown;
  /** Default `kube-apiserver`. */
  readonly userAgent?: string;
  /** Default JSON. */
  readonly contentType?: string;
}

/** Asks the server as the server itself. */
export function askAsSelf(server: ApiServer, request: OwnRequest): Promise<ApiResponse> {
  const { method, path, query = {}, object, userAgent = 'kube-apiserver', contentType = 'application/json' } = request;
  return server.request({
    method,
    path,
    query,
    headers: { 'user-agent': userAgent, ...(object !== undefined && { 'content-type': contentType }) },
    ...(object !== undefined && { body: { kind: 'object', object } as const }),
    user: SELF,
  });
}

/**
 * Writes as the server itself. An object that is gone or has changed meanwhile is no failure: the change brings whoever keeps it here
 * again.
 * @throws {Error} when the server refuses its own write for another reason
 */
export async function writeAsSelf(server: ApiServer, request: OwnRequest): Promise<void> {
  const { status, body } = await askAsSelf(server, request);
  if (status >= 400 && status !== 404 && status !== 409) {
    throw new Error(`${request.method} ${request.path}: ${JSON.stringify(body)}`);
  }
}

/** Writes fields of a status that nobody else keeps, whatever stood there. @throws {Error} as {@link writeAsSelf} */
export function applyStatus(
  server: ApiServer,
  path: string,
  fieldManager: string,
  object: Pick<KubeObject, 'apiVersion' | 'kind'> & {
    readonly metadata: { readonly name: string };
    readonly status: object;
  },
  userAgent?: string,
): Promise<void> {
  return writeAsSelf(server, {
    method: 'PATCH',
    path: `${path}/${object.metadata.name}/status`,
    query: { fieldManager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    object,
    ...(userAgent !== undefined && { userAgent }),
  });
}

import type { ApiRequest, ApiResponse, UserInfo } from '@tabernetes/apimachinery';
import type { ServerContext } from '../server-context.ts';

/** Answers paths that are no resources: health, version, discovery, OpenAPI. Undefined: not mine. */
export interface PathHandler {
  handle(
    request: ApiRequest,
    server: ServerContext,
    user?: UserInfo,
  ): ApiResponse | undefined | Promise<ApiResponse | undefined>;
  /** What `/` lists of it. */
  paths?(server: ServerContext): readonly string[];
}

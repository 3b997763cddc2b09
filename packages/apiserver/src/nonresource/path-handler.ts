import type { ApiRequest, ApiResponse } from '@tabernetes/apimachinery';
import type { ServerContext } from '../server-context.ts';

/** Answers paths that are no resources: health, version, discovery, OpenAPI. Undefined: not mine. */
export interface PathHandler {
  handle(request: ApiRequest, server: ServerContext): ApiResponse | undefined | Promise<ApiResponse | undefined>;
  /** What `/` lists of it. */
  paths?(server: ServerContext): readonly string[];
}

import type { Allocators, KindDefinition, RequestContext, Subresource } from '@tabernetes/api';
import type { ApiRequest, ApiResponse, UserInfo } from '@tabernetes/apimachinery';
import { dryRunAllocators } from './allocators.ts';
import type { Resource } from './kinds.ts';
import type { OutputType } from './negotiation.ts';
import type { RequestInfo } from './request-info.ts';
import type { ServerContext } from './server-context.ts';
import { timestamp } from './time.ts';

/** One request for a resource, on its way. */
export interface RequestScope {
  readonly server: ServerContext;
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly resource: Resource;
  readonly definition: KindDefinition;
  /** Undefined: the object itself. */
  readonly subresource: Subresource | undefined;
  readonly user: UserInfo;
  /** Empty for cluster-scoped kinds and for requests over all namespaces. */
  readonly namespace: string;
  readonly output: OutputType;
  /** Texts of Warning headers, in order, each once. */
  readonly warnings: string[];
}

/** What serves requests of one kind of path. @throws {StatusError} what is refused */
export type Handler = (scope: RequestScope) => Promise<ApiResponse>;

export function warn(scope: RequestScope, text: string): void {
  if (!scope.warnings.includes(text)) scope.warnings.push(text);
}

/** What kinds may know of the request. */
export function requestContext(scope: RequestScope, dryRun: boolean): RequestContext {
  // Field by field: what is added to a spread copy gives every object a layout of its own, here one for each request.
  const { user, now, nowMs, rng, allocators } = serverContextOf(scope.server, scope.user, dryRun);
  return { user, now, nowMs, rng, dryRun, allocators, warn: (text) => warn(scope, text) };
}

export function serverContextOf(server: ServerContext, user: UserInfo, dryRun: boolean): RequestContext {
  const nowMs = server.clock.now();
  const allocators: Allocators = dryRun ? dryRunAllocators(server.allocators) : server.allocators;
  return { user, now: timestamp(nowMs), nowMs, rng: server.rng, dryRun, allocators };
}

/** An answer that holds an object, in the format that was asked for. */
export function answer({ warnings, output }: RequestScope, status: number, object: unknown): ApiResponse {
  const body = { kind: 'object', object, format: output.format } as const;
  return warnings.length > 0 ? { status, headers: NO_HEADERS, warnings, body } : { status, headers: NO_HEADERS, body };
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

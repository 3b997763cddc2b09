import {
  type ApiRequest,
  type ApiResponse,
  badRequest,
  resourceNotFound,
  type UserInfo,
  unauthorized,
} from '@tabernetes/apimachinery';
import { DurationError, parseDuration } from '@tabernetes/base';
import { after } from './after.ts';
import { ANONYMOUS, authenticated } from './authentication.ts';
import { accessAttributes, notAllowed } from './authorization.ts';
import { dispatch } from './dispatch.ts';
import { PAGE_NOT_FOUND } from './errors.ts';
import { isBuiltIn } from './kinds.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import { isLongRunning, type RequestInfo } from './request-info.ts';
import type { ServerContext } from './server-context.ts';

/**
 * One request, from the outside in: who → as whom → what → may they → route.
 * @throws {StatusError} what is refused
 */
export function serve(
  server: ServerContext,
  paths: readonly PathHandler[],
  request: ApiRequest,
  info: RequestInfo,
): ApiResponse | Promise<ApiResponse> {
  checkDeadline(request, info);
  const caller = request.user === undefined ? authenticate(server, request) : authenticated(request.user);
  return after(caller, (known) => {
    if (!wantsImpersonation(request.headers)) return authorized(server, paths, request, info, known);
    return after(server.impersonation(), async ({ impersonated }) => {
      const user = await impersonated(server, request, known);
      return 'status' in user ? user : authorized(server, paths, request, info, user);
    });
  });
}

function wantsImpersonation(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers) if (name.startsWith('impersonate-')) return true;
  return false;
}

/**
 * How long a client gives its request, where that is not for as long as it likes. Nothing here takes that long.
 * @throws {StatusError} BadRequest
 */
function checkDeadline({ query }: ApiRequest, info: RequestInfo): void {
  const { timeout } = query;
  if (timeout === undefined || timeout === '' || isLongRunning(info)) return;
  try {
    parseDuration(timeout);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw badRequest(`invalid timeout specified in the request URL - ${error.message}`);
  }
}

async function authenticate(server: ServerContext, request: ApiRequest): Promise<UserInfo> {
  const found = await server.authenticator.authenticate(request);
  switch (found.kind) {
    case 'user':
      return authenticated(found.user);
    case 'anonymous':
      return ANONYMOUS;
    case 'refused':
      throw unauthorized();
  }
}

function authorized(
  server: ServerContext,
  paths: readonly PathHandler[],
  request: ApiRequest,
  info: RequestInfo,
  user: UserInfo,
): ApiResponse | Promise<ApiResponse> {
  const attributes = accessAttributes(user, info);
  return after(server.authorizer.authorize(attributes), ({ allowed, reason }) => {
    if (!allowed) {
      server.refused(attributes);
      throw notAllowed(attributes, reason);
    }
    const resource = info.isResource ? server.kinds.resource(info.group, info.version, info.resource) : undefined;
    return resource === undefined
      ? atPath(server, paths, request, user)
      : dispatch(server, request, info, resource, user);
  });
}

/** What is no resource that is served here. */
async function atPath(
  server: ServerContext,
  paths: readonly PathHandler[],
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  for (const handler of paths) {
    const answered = await handler.handle(request, server, user);
    if (answered !== undefined) return answered;
  }
  if (isRouted(server, request)) throw resourceNotFound();
  return PAGE_NOT_FOUND;
}

/**
 * What is unknown below `/api`, or in a group of upstream's own, is answered with a Status; what is unknown elsewhere, in groups of
 * custom resources too, with plain text.
 */
function isRouted({ kinds }: ServerContext, { path }: ApiRequest): boolean {
  const [root, first = '', second] = path.replace(/^\//, '').split('/');
  if (root === 'api') return first !== '' || second !== undefined;
  return root === 'apis' && second !== undefined && isBuiltIn(kinds, first);
}

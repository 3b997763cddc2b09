import {
  type ApiRequest,
  type ApiResponse,
  resourceNotFound,
  type UserInfo,
  unauthorized,
} from '@tabernetes/apimachinery';
import { ANONYMOUS, authenticated } from './authentication.ts';
import { accessAttributes, notAllowed } from './authorization.ts';
import { dispatch } from './dispatch.ts';
import { impersonated, wantsImpersonation } from './impersonation.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import type { RequestInfo } from './request-info.ts';
import type { ServerContext } from './server-context.ts';

/**
 * One request, from the outside in: who → as whom → what → may they → route.
 * @throws {StatusError} what is refused
 */
export async function serve(
  server: ServerContext,
  paths: readonly PathHandler[],
  request: ApiRequest,
  info: RequestInfo,
): Promise<ApiResponse> {
  const caller = request.user === undefined ? await authenticate(server, request) : authenticated(request.user);
  const user = wantsImpersonation(request.headers) ? await impersonated(server, request, caller) : caller;
  if ('status' in user) return user;
  const attributes = accessAttributes(user, info);
  const decision = server.authorizer.authorize(attributes);
  const { allowed, reason } = decision instanceof Promise ? await decision : decision;
  if (!allowed) {
    server.refused(attributes);
    throw notAllowed(attributes, reason);
  }

  if (info.isResource) {
    const resource = server.kinds.resource(info.group, info.version, info.resource);
    if (resource !== undefined) return await dispatch(server, request, info, resource, user);
  }
  for (const handler of paths) {
    const answered = await handler.handle(request, server, user);
    if (answered !== undefined) return answered;
  }
  if (info.isResource && isServed(server, info)) throw resourceNotFound();
  return NOT_FOUND;
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

/** An unknown resource of a group that is served is answered with a Status, an unknown group with plain text. */
const isServed = (server: ServerContext, { group, version }: RequestInfo): boolean =>
  server.kinds.servesVersion(group, version);

const NOT_FOUND: ApiResponse = {
  status: 404,
  headers: { 'x-content-type-options': 'nosniff' },
  body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: '404 page not found\n' },
};

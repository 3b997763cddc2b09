import { type ApiResponse, badRequest, resourceNotFound } from '@tabernetes/apimachinery';
import { attributes } from '../registry/attributes.ts';
import { type RequestScope, requestContext } from '../request-scope.ts';
import { connectOptions } from './connect-options.ts';
import { connectLog, connectPortForward, connectProcess } from './connect-pod.ts';
import { connectNodeProxy, connectPodProxy, connectServiceProxy } from './connect-proxy.ts';

type Connector = (scope: RequestScope) => Promise<ApiResponse>;

/** What connects to what, by resource and sub-resource: the doors of a kubelet. */
const CONNECTORS: Readonly<Record<string, Connector | undefined>> = {
  'pods/log': connectLog,
  'pods/exec': connectProcess,
  'pods/attach': connectProcess,
  'pods/portforward': connectPortForward,
  'pods/proxy': connectPodProxy,
  'services/proxy': connectServiceProxy,
  'nodes/proxy': connectNodeProxy,
};

/** Requests that leave the API server for a node: logs, exec, attach, port-forward and proxies. */
export async function connect(scope: RequestScope): Promise<ApiResponse> {
  const { subresource, definition, server, info } = scope;
  if (subresource?.type !== 'connect') throw badRequest('not a connect sub-resource');
  const connector = CONNECTORS[`${definition.plural}/${subresource.name}`];
  if (connector === undefined) throw resourceNotFound();
  const { admission } = server;
  const isWatched =
    admission.mutates('CONNECT', definition.plural) || admission.validates('CONNECT', definition.plural);
  if (subresource.name !== 'log' && isWatched) {
    const context = requestContext(scope, false);
    const object = connectOptions(scope, subresource.kind);
    const connection = attributes(scope, 'CONNECT', info.pathName, context, {}, { object }, subresource.kind);
    await admission.admit(connection);
    await admission.validate(connection);
  }
  return connector(scope);
}

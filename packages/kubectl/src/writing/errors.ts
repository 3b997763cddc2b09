import { StatusError } from '@tabernetes/apimachinery';
import type { ApiResource } from '../discovery/discovery.ts';
import { messageOf } from '../errors.ts';
import type { Info } from '../resources/info.ts';

/** `error when creating "web.yaml": …`, for objects of files; refusals keep their reason. */
export function withSource(verb: string, source: string, error: unknown): unknown {
  if (source === '') return error;
  const message = `error when ${verb} ${JSON.stringify(source)}: ${messageOf(error)}`;
  return error instanceof StatusError ? new StatusError({ ...error.status, message }) : new Error(message);
}

/** An object as kubectl describes it in errors: resource, kind, name, namespace. */
export function infoText({ resource, name, namespace }: Info): string {
  const basic = `Name: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;
  if (resource === undefined) return basic;
  return `Resource: "${versioned(resource)}, Resource=${resource.name}", GroupVersionKind: "${versioned(resource)}, Kind=${resource.kind}"\n${basic}`;
}

const versioned = ({ group, version }: ApiResource): string => `${group}/${version}`;

/** `deployments/web`; of what the server was not asked about `deployment.apps/web`, with a line break where there is a group. */
export function objectName({ resource, name, object }: Info): string {
  if (resource !== undefined) return `${resource.name}/${name}`;
  const { apiVersion = '', kind = '' } = object ?? {};
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return group === '' ? `${kind.toLowerCase()}/${name}` : `${kind.toLowerCase()}.${group}/${name}\n`;
}

import type { GroupVersionKind, KubeObject } from '@tabernetes/apimachinery';
import { type Query, queryBool } from '../query.ts';
import type { RequestScope } from '../request-scope.ts';

const PROCESS = ['stdin', 'stdout', 'stderr', 'tty'];

/**
 * What a connection asks for, as the object that admission sees: PodExecOptions and its like. What is not set is left out.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/api/core/v1/types.go PodExecOptions
 */
export function connectOptions({ info, request }: RequestScope, { version, kind }: GroupVersionKind): KubeObject {
  const asked = { apiVersion: version, kind, ...fieldsOf(info.subresource, request.query, info.rest) };
  return asked as Omit<KubeObject, 'metadata'> as KubeObject;
}

function fieldsOf(subresource: string, query: Query, rest: readonly string[]): Readonly<Record<string, unknown>> {
  switch (subresource) {
    case 'exec':
      return { ...processFields(query), ...(query['command'] && { command: query['command'].split('\u0000') }) };
    case 'attach':
      return processFields(query);
    case 'portforward':
      return query['ports'] ? { ports: query['ports'].split(',').map(Number) } : {};
    default:
      return { path: `/${rest.join('/')}` };
  }
}

function processFields(query: Query): Readonly<Record<string, unknown>> {
  const streams = PROCESS.filter((name) => queryBool(query, name) === true).map((name) => [name, true] as const);
  return { ...Object.fromEntries(streams), ...(query['container'] && { container: query['container'] }) };
}

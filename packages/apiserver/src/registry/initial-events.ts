import { canonical, type KubeObject } from '@tabernetes/apimachinery';
import type { RequestScope } from '../request-scope.ts';

/**
 * The bookmark behind the initial events of a streaming list. The blueprint is an empty list of the kind, so that
 * clients can build the list that they would have got.
 */
export function initialEventsEnd({ definition, resource }: RequestScope, revision: number): KubeObject {
  const kind = definition.listKind ?? `${definition.kind}List`;
  const list =
    definition.schema.openapi === undefined
      ? { apiVersion: resource.apiVersion, items: [], kind, metadata: {} }
      : { kind, apiVersion: resource.apiVersion, metadata: {}, items: null };
  const draft = {
    kind: definition.kind,
    apiVersion: resource.apiVersion,
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      annotations: {
        'k8s.io/initial-events-end': 'true',
        'kubernetes.io/initial-events-list-blueprint': btoa(`${JSON.stringify(list)}\n`),
      },
    },
  };
  return canonical(definition.schema, draft as unknown as KubeObject);
}

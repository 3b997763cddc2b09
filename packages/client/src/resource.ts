import type { KubeObject } from '@tabernetes/apimachinery';

/** Where a kind is served. Any KindDefinition is one, and remembers the type of its objects. */
export interface ResourceReference<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never there: ties the reference to the type of its objects. */
  readonly __object?: T;
}

/** `/api/v1/namespaces/demo/pods/web/status` */
export function resourcePath(
  resource: ResourceReference,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace ? `/namespaces/${namespace}` : '';
  const item = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${resource.plural}${item}${subresource === undefined ? '' : `/${subresource}`}`;
}

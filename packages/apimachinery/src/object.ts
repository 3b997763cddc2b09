import type { ListMeta, ObjectMeta } from './generated/meta-v1.ts';

/** Any API object. Objects are deeply immutable and shared by reference: copy to change. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Any list. Items keep `apiVersion` and `kind` in memory; printing leaves them out, as Kubernetes does. */
export interface KubeList<T extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

/** An object under construction, owned by one writer and not yet stored: the same shape, mutable all the way down. */
export type Draft<T> = T extends readonly (infer U)[]
  ? Draft<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;

/** `namespace/name`, or `name` for cluster-scoped objects. */
export function objectKey(object: {
  readonly metadata: { readonly namespace?: string; readonly name?: string };
}): string {
  const { namespace, name = '' } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

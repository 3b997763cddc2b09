import { type KindDefinition, schemaOf } from '@tabernetes/api';
import { canonical, type KubeObject, type ObjectMeta, type StructSchema } from '@tabernetes/apimachinery';

/** An object without all but its metadata; made once per object. */
export function partialMetadata(
  { schema, fieldAnnotations = NONE }: KindDefinition,
  object: KubeObject,
  apiVersion: string,
): KubeObject {
  const known = partials.get(object);
  if (known !== undefined && known.apiVersion === apiVersion) return known;
  const metadata = withoutAnnotations(inGoOrder(schema, object.metadata), fieldAnnotations);
  const partial = Object.freeze({ kind: 'PartialObjectMetadata', apiVersion, metadata });
  partials.set(object, partial);
  return partial;
}

/** Custom resources print sorted; what is left of them has a type, and prints as it does. */
const inGoOrder = ({ openapi }: StructSchema, metadata: ObjectMeta): ObjectMeta =>
  openapi === undefined ? canonical(schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'), metadata) : metadata;

const NONE: readonly string[] = [];
const partials = new WeakMap<KubeObject, KubeObject>();

function withoutAnnotations(metadata: ObjectMeta, names: readonly string[]): ObjectMeta {
  const { annotations } = metadata;
  if (annotations === undefined || !names.some((name) => name in annotations)) return metadata;
  const kept = Object.entries(annotations).filter(([name]) => !names.includes(name));
  const { annotations: _, ...rest } = metadata;
  return Object.freeze(
    kept.length === 0 ? rest : { ...metadata, annotations: Object.freeze(Object.fromEntries(kept)) },
  );
}

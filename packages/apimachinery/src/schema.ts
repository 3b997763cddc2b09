/**
 * The shape of every API type as data: one node per Go type of the pinned Kubernetes version, or per schema of a
 * CustomResourceDefinition. Decoding, pruning, printing order, strategic merge, server-side apply, OpenAPI and
 * `explain` all walk these nodes, so raising the version is one change of data.
 *
 *   StructSchema v1.Pod ── fields ──► FieldSchema "metadata" ──► StructSchema v1.ObjectMeta
 *                                 └─► FieldSchema "spec" ──► StructSchema v1.PodSpec ── "containers" ──► ListSchema
 *
 * Nodes are created once, linked lazily (types are recursive) and shared for ever.
 */
export type Schema = StructSchema | ListSchema | MapSchema | ScalarSchema;

export interface StructSchema {
  readonly kind: 'struct';
  /** Go's name, for messages: `v1.PodSpec`. */
  readonly goType: string;
  /** OpenAPI name: `io.k8s.api.core.v1.PodSpec`; CustomResourceDefinitions have none. */
  readonly openapi?: string;
  /** In the order in which Go prints them; embedded (`inline`) structs are already flattened. */
  readonly fields: readonly FieldSchema[];
  readonly byName: ReadonlyMap<string, FieldSchema>;
  /** `atomic`: server-side apply owns the struct as one value. Default `granular`. */
  readonly structType?: 'atomic' | 'granular';
  /** Embedded Go structs, outer ones before inner ones; none is left out. */
  readonly embedded?: readonly EmbeddedStruct[];
  /** `x-kubernetes-preserve-unknown-fields` of a CustomResourceDefinition. */
  readonly preserveUnknownFields?: boolean;
  /**
   * A custom resource: Kubernetes holds it as an untyped map, prints its keys sorted, adds and leaves out nothing.
   * Decoding leaves values of the wrong type and nulls as they are: whoever validates the object tells of them.
   */
  readonly untyped?: boolean;
  /** `x-kubernetes-unions`, for OpenAPI alone: nothing acts on it. */
  readonly unions?: readonly unknown[];
  readonly groupVersionKinds?: readonly GroupVersionKind[];
}

/** A Go struct that is embedded in another: JSON does not show it, Go's dumps of values do. */
export interface EmbeddedStruct {
  /** Its field's name, and its type's in the same package. */
  readonly goName: string;
  /** Index of its first field among the outer struct's, and how many there are. */
  readonly first: number;
  readonly count: number;
}

export interface FieldSchema {
  /** JSON name. */
  readonly name: string;
  /** Go's field name, for messages that quote it. */
  readonly goName: string;
  readonly schema: Schema;
  /** `omitempty`: Go leaves it out when it holds the zero value (never true of a plain struct). */
  readonly omitEmpty: boolean;
  /** A Go pointer: absent and zero differ. */
  readonly pointer: boolean;
  /** Listed in OpenAPI's `required`. */
  readonly required: boolean;
  /** OpenAPI's `default`; only defaults that decoding applies itself are taken by {@link Schema} walks. */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** `merge`, `replace`, `retainKeys`: the patchStrategy tag. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  /** OpenAPI extensions that stand on the field and not on its type (`x-kubernetes-map-type` of `claimRef`). */
  readonly extensions?: Readonly<Record<string, string>>;
}

export interface ListSchema {
  readonly kind: 'list';
  readonly items: Schema;
  readonly listType: 'atomic' | 'set' | 'map';
  /** No list type is declared, as of `items` of lists: treated as atomic, and OpenAPI does not name it. */
  readonly untagged?: boolean;
  /** An empty list is stored and printed as `[]`; elsewhere it prints as null (or not at all), as nil lists do in Go. */
  readonly keepsEmpty?: boolean;
  /** Of a custom resource: see {@link StructSchema.untyped}. */
  readonly untyped?: boolean;
  /** Keys of a `map` list, with their defaults (`protocol` is `TCP`). */
  readonly mapKeys?: readonly { readonly name: string; readonly default?: unknown }[];
  readonly goType: string;
}

export interface MapSchema {
  readonly kind: 'map';
  readonly values: Schema;
  readonly mapType: 'atomic' | 'granular';
  /** Of a custom resource: see {@link StructSchema.untyped}. */
  readonly untyped?: boolean;
  readonly goType: string;
}

export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes' // base64 in JSON
  | 'time' // metav1.Time; the zero value prints as null
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  | 'duration' // metav1.Duration: "1h0m0s"
  | 'fieldsV1'
  | 'any'; // RawExtension, JSON: any value, kept as it is

export interface ScalarSchema {
  readonly kind: ScalarKind;
  /** Go's name: `string`, `int32`, `v1.PullPolicy`, `resource.Quantity`. */
  readonly goType: string;
  /** Values of OpenAPI's `enum` when the scalar is an item of a list or a value of a map. */
  readonly enum?: readonly string[];
  /**
   * Of `any`: what an object or a list must look like. JSONSchemaProps has such fields (`items` is a schema or a list
   * of schemas, `additionalProperties` a boolean or a schema). Everything but printing order and decoding may take
   * the value as opaque.
   */
  readonly variants?: ScalarVariants;
  /** Of a custom resource's `any`: objects have no business here, and what they hold is declared nowhere. */
  readonly closed?: boolean;
  /** Of a custom resource's `any`: what may be applied there. Whatever else is sent is for validation to refuse. */
  readonly applied?: 'string' | 'float64' | 'bool';
  /** Of a custom resource's `any`: the type that what is applied there is of, and by which its fields are owned. */
  readonly typed?: StructSchema;
}

export interface ScalarVariants {
  readonly object: StructSchema;
  readonly list?: ListSchema;
  readonly bool?: boolean;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

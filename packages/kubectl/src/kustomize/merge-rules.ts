import type { KubeObject, Schema } from '@tabernetes/apimachinery';
import { schemaOfObject } from '../writing/schema-of.ts';
import type { Node } from './node.ts';

/** How a node is merged: by the schema of its kind, when that is known. */
export interface MergeRules {
  readonly schema?: Schema;
  /** Of a list that is merged item by item: the keys that tell these apart, none of texts. */
  readonly keys?: readonly string[];
}

export const rulesOf = (object: Node): MergeRules => {
  const schema = schemaOfObject(object as Partial<KubeObject>);
  return schema === undefined ? {} : { schema };
};

export function field({ schema }: MergeRules, name: string): MergeRules {
  if (schema?.kind === 'map') return { schema: schema.values };
  const found = schema?.kind === 'struct' ? schema.byName.get(name) : undefined;
  if (found === undefined) return {};
  const { schema: of, patchStrategy = [], patchMergeKey } = found;
  if (of.kind !== 'list' || !patchStrategy.includes('merge')) return { schema: of };
  const keys = of.mapKeys?.map((key) => key.name) ?? (patchMergeKey === undefined ? [] : [patchMergeKey]);
  return { schema: of, keys };
}

export const elements = ({ schema }: MergeRules): MergeRules =>
  schema?.kind === 'list' ? { schema: schema.items } : {};

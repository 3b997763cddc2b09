import { nearestName } from './nearest-name.ts';
import type { Problem } from './problems.ts';
import type { ClusterSchema } from './schema/cluster-schema.ts';
import { fieldsAt } from './schema/root-schema.ts';

/** The name that somebody most likely meant by a field that the kind does not have. */
export function meantField({ unknownField }: Problem, schema: ClusterSchema | undefined): string | undefined {
  if (unknownField === undefined || schema === undefined) return undefined;
  const path = unknownField.path.map((part) => (typeof part === 'object' ? 0 : part));
  return nearestName(String(path.at(-1)), fieldsAt(schema.definitions, unknownField, path));
}

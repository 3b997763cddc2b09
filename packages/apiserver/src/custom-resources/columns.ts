import { ageColumn, type CellContext, type Column, nameColumn } from '@tabernetes/api';
import { findFirst, JsonPathProblem, parseJsonPath } from '@tabernetes/api/structural';
import type { CustomResourceColumnDefinition } from '@tabernetes/api/types/apiextensions-v1';
import { goNumber, type KubeObject, timestampAge } from '@tabernetes/apimachinery';

/**
 * Columns of the Table of a custom resource: its name, then what its definition names; else its age.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go
 */
export function customResourceColumns(
  definitions: readonly CustomResourceColumnDefinition[] = [],
): readonly Column<KubeObject>[] {
  if (definitions.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }];
  return [nameColumn, ...definitions.map(columnOf)];
}

function columnOf(definition: CustomResourceColumnDefinition): Column<KubeObject> {
  const { name, type, format, priority, jsonPath, description } = definition;
  const path = readPath(jsonPath);
  return {
    name,
    type: type as Column<KubeObject>['type'],
    ...(format && { format }),
    ...(priority && { priority }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, context) => cell(path && find(path, object), type, context),
  };
}

/** A path that cannot be read shows nothing. */
function readPath(jsonPath: string): ReturnType<typeof parseJsonPath> | undefined {
  try {
    return parseJsonPath(`{${jsonPath}}`);
  } catch (error) {
    if (error instanceof JsonPathProblem) return undefined;
    throw error;
  }
}

function find(path: ReturnType<typeof parseJsonPath>, object: KubeObject): unknown {
  try {
    return findFirst(path, object)[0];
  } catch (error) {
    if (error instanceof JsonPathProblem) return undefined;
    throw error;
  }
}

function cell(value: unknown, type: string, { nowMs }: CellContext): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : timestampAge(value, nowMs);
    default:
      return null;
  }
}

/** As Go prints values: maps and lists are JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return goNumber(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

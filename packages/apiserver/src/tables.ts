import type { CellContext, Column, KindDefinition } from '@tabernetes/api';
import type { KubeObject, ListMeta } from '@tabernetes/apimachinery';
import { partialMetadata } from './partial-metadata.ts';

export interface TableOptions {
  /** `meta.k8s.io/v1` */
  readonly apiVersion: string;
  /** How much of its object a row carries. */
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  /** For ages. */
  readonly nowMs: number;
}

/** What `kubectl get` prints. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  /** Null behind the first event of a watch. */
  readonly columnDefinitions: readonly TableColumn[] | null;
  readonly rows: readonly TableRow[];
}

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

interface TableRow {
  readonly cells: readonly unknown[];
  readonly object: KubeObject | null;
}

export function objectTable(definition: KindDefinition, object: KubeObject, options: TableOptions): Table {
  const { resourceVersion } = object.metadata;
  return table(definition, [object], { ...(resourceVersion && { resourceVersion }) }, options);
}

export function listTable(
  definition: KindDefinition,
  items: readonly KubeObject[],
  metadata: ListMeta,
  options: TableOptions,
): Table {
  return table(definition, items, metadata, options);
}

function table(
  definition: KindDefinition,
  items: readonly KubeObject[],
  metadata: ListMeta,
  { apiVersion, includeObject, nowMs }: TableOptions,
): Table {
  const columns = columnsOf(definition);
  const context: CellContext = { nowMs };
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: headers(columns),
    rows: (definition.compareRows ? items.toSorted(definition.compareRows) : items).map((item) => ({
      cells: columns.map((column) => column.cell(item, context) ?? null),
      object:
        includeObject === 'None'
          ? null
          : includeObject === 'Object'
            ? item
            : partialMetadata(definition, item, apiVersion),
    })),
  };
}

/** The headers, made once per list of columns. */
function headers(columns: readonly Column<KubeObject>[]): readonly TableColumn[] {
  let known = headersOf.get(columns);
  if (known === undefined) {
    known = columns.map(({ name, type, format = '', description, priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    }));
    headersOf.set(columns, known);
  }
  return known;
}

const headersOf = new WeakMap<readonly Column<KubeObject>[], readonly TableColumn[]>();

const columnsOf = ({ columns }: KindDefinition): readonly Column<KubeObject>[] =>
  columns.length > 0 ? columns : DEFAULT_COLUMNS;

/** For kinds that name no columns. @see staging/src/k8s.io/apiserver/pkg/registry/rest/table.go */
const DEFAULT_COLUMNS: readonly Column<KubeObject>[] = [
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'The name of the object, unique within its namespace.',
    cell: ({ metadata }) => metadata.name ?? '',
  },
  {
    name: 'Created At',
    type: 'date',
    description: 'When the object was created.',
    cell: ({ metadata }) => metadata.creationTimestamp ?? '',
  },
];

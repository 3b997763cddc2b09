import { humanDuration, type KubeObject, labelsText } from '@tabernetes/apimachinery';
import { escapeTerminal, type TabWriter } from './tab-writer.ts';

/** meta.k8s.io/v1 Table, as far as printing looks at it. */
export interface Table {
  readonly kind: 'Table';
  readonly columnDefinitions?: readonly ColumnDefinition[];
  readonly rows?: readonly TableRow[];
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly object?: Partial<KubeObject>;
}

export interface TableOptions {
  readonly noHeaders: boolean;
  readonly wide: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly withNamespace: boolean;
  /** `deployment.apps`, in front of names; empty for none. */
  readonly withKind: string;
  /** For the ages of objects that come without a table. Milliseconds since the epoch. */
  readonly nowMs: number;
}

export const isTable = (object: unknown): object is Table =>
  (object as { readonly kind?: unknown } | null)?.kind === 'Table';

const EVENTS: Readonly<Record<string, string>> = {
  ADDED: 'ADDED   ',
  MODIFIED: 'MODIFIED',
  DELETED: 'DELETED ',
  ERROR: 'ERROR   ',
};

/**
 * Prints the tables that a server sends, one below the other; headers come again only when columns change.
 *
 * @see k8s.io/cli-runtime/pkg/printers/tableprinter.go
 */
export class TablePrinter {
  readonly #options: TableOptions;
  #columns: readonly ColumnDefinition[] = [];
  #hasHeaders = false;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** `event` is the type of a watch event, printed in front. */
  print(object: unknown, to: TabWriter, event?: string): void {
    const table = isTable(object) ? object : plainTable(object, this.#options.nowMs);
    const columns = table.columnDefinitions ?? [];
    const isSame = columns.length === 0 || sameColumns(columns, this.#columns);
    const silent = this.#options.noHeaders || (this.#hasHeaders && isSame);
    if (!isSame || this.#columns.length === 0) {
      if (columns.length > 0) this.#columns = columns;
      if (!isSame) this.#hasHeaders = false;
    }
    const rows = table.rows ?? [];
    if (rows.length > 0) this.#hasHeaders = true;
    if (rows.length === 0) return;
    const shown = this.#columns.flatMap((column, at) =>
      this.#options.wide || (column.priority ?? 0) === 0 ? [at] : [],
    );
    if (!silent) to.line(this.#header(shown, event));
    for (const row of rows) to.line(this.#row(row, shown, event));
  }

  #header(shown: readonly number[], event: string | undefined): readonly string[] {
    const { withNamespace, labelColumns, showLabels } = this.#options;
    return [
      ...(event === undefined ? [] : ['EVENT']),
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...shown.map((at) => (this.#columns[at]?.name ?? '').toUpperCase()),
      ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  #row({ cells, object }: TableRow, shown: readonly number[], event: string | undefined): readonly string[] {
    const { withNamespace, withKind, labelColumns, showLabels } = this.#options;
    const labels = object?.metadata?.labels ?? {};
    const nameAt =
      withKind === '' ? -1 : this.#columns.findIndex(({ format, type }) => format === 'name' && type === 'string');
    return [
      ...(event === undefined ? [] : [EVENTS[event] ?? event]),
      ...(withNamespace ? [object?.metadata?.namespace ?? ''] : []),
      ...shown.map((at) => (at === nameAt ? `${withKind}/` : '') + cellText(cells[at])),
      ...labelColumns.map((label) => labels[label] ?? ''),
      ...(showLabels ? [labelsText(labels) || '<none>'] : []),
    ];
  }
}

/** One line of a cell: what follows a line break is cut off. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell);
  const end = text.search(/[\f\n\r]/);
  return escapeTerminal(end < 0 ? text : `${text.slice(0, end)}...`);
}

const sameColumns = (a: readonly ColumnDefinition[], b: readonly ColumnDefinition[]): boolean =>
  a.length === b.length && a.every((column, at) => column.name === b[at]?.name && column.priority === b[at]?.priority);

/** Name and age of an object that a server did not make a table of. */
function plainTable(object: unknown, nowMs: number): Table {
  const { items } = object as { readonly items?: readonly KubeObject[] };
  const objects = items ?? [object as KubeObject];
  return {
    kind: 'Table',
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name' },
      { name: 'Age', type: 'string' },
    ],
    rows: objects.map((each) => {
      const { name = '', creationTimestamp } = each.metadata ?? {};
      const age = creationTimestamp == null ? '<unknown>' : humanDuration(nowMs - Date.parse(creationTimestamp));
      return { cells: [name, age], object: each };
    }),
  };
}

import { humanDuration } from '@tabernetes/apimachinery';

/** A column of a server's Table. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** 0: always shown; more: in wide tables. */
  readonly priority: number;
}

export interface Row {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdMs: number;
  readonly cells: readonly unknown[];
}

/** What the server sends of a kind, whole or as one event of a watch. */
export interface ServerTable {
  readonly columnDefinitions?:
    | readonly { readonly name: string; readonly type: string; readonly priority?: number }[]
    | null;
  readonly rows?: readonly {
    readonly cells?: readonly unknown[];
    readonly object?: {
      readonly metadata?: {
        readonly uid?: string;
        readonly name?: string;
        readonly namespace?: string;
        readonly creationTimestamp?: string;
      };
    };
  }[];
}

/** Rows of one kind as they come and go. The cost of a change is that of its row. */
export class TableBook {
  columns: readonly Column[] = [];
  readonly #rows = new Map<string, Row>();
  #snapshot: readonly Row[] | undefined;

  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', { columnDefinitions, rows = [] }: ServerTable): void {
    // Later events of a watch have null there.
    if (columnDefinitions && columnDefinitions.length > 0)
      this.columns = columnDefinitions.map(({ name, type: of, priority = 0 }) => ({ name, type: of, priority }));
    for (const { cells = [], object } of rows) {
      const { uid = '', name = '', namespace = '', creationTimestamp = '' } = object?.metadata ?? {};
      if (type === 'DELETED') this.#rows.delete(uid);
      else this.#rows.set(uid, { uid, name, namespace, createdMs: Date.parse(creationTimestamp), cells });
    }
    this.#snapshot = undefined;
  }

  clear(): void {
    this.#rows.clear();
    this.#snapshot = undefined;
  }

  /** The same array until something changes. */
  get rows(): readonly Row[] {
    this.#snapshot ??= [...this.#rows.values()];
    return this.#snapshot;
  }
}

/** Which column rows are in order of; none: namespace and name. */
export interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Rows whose name, namespace or a cell has the filter in it, in order. */
export function arranged(
  rows: readonly Row[],
  columns: readonly Column[],
  filter: string,
  order: Order | undefined,
): readonly Row[] {
  const wanted = filter.toLowerCase();
  const found =
    wanted === ''
      ? [...rows]
      : rows.filter(({ name, namespace, cells }) =>
          `${namespace} ${name} ${cells.join(' ')}`.toLowerCase().includes(wanted),
        );
  const at = columns.findIndex(({ name }) => name === order?.column);
  const byName = (a: Row, b: Row): number => collate(a.namespace, b.namespace) || collate(a.name, b.name);
  if (order === undefined) return found.sort(byName);
  const sign = order.isDescending ? -1 : 1;
  const compare = (a: Row, b: Row): number => {
    // The younger, the less age.
    if (order.column === 'Age') return b.createdMs - a.createdMs;
    if (order.column === 'Namespace') return collate(a.namespace, b.namespace);
    return collate(String(a.cells[at] ?? ''), String(b.cells[at] ?? ''));
  };
  return found.sort((a, b) => sign * compare(a, b) || byName(a, b));
}

const COLLATOR = new Intl.Collator('en', { numeric: true });
const collate = (a: string, b: string): number => COLLATOR.compare(a, b);

/** The columns whose name begins with a letter, one after the other: first upwards, then downwards, then the next of them. */
export function nextOrder(letter: string, columns: readonly string[], order: Order | undefined): Order | undefined {
  const of = columns.filter((name) => name.toLowerCase().startsWith(letter.toLowerCase()));
  const at = of.indexOf(order?.column ?? '');
  const current = of[at];
  if (current !== undefined && order?.isDescending === false) return { column: current, isDescending: true };
  const next = of[(at + 1) % of.length];
  return next === undefined ? order : { column: next, isDescending: false };
}

/** What stands in a cell: ages grow while one looks. */
export function cellText(row: Row, column: Column, at: number, nowMs: number): string {
  if (column.name === 'Age' && !Number.isNaN(row.createdMs)) return humanDuration(Math.max(0, nowMs - row.createdMs));
  return String(row.cells[at] ?? '');
}

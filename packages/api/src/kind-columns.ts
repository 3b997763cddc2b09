export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `name` for the first column; default empty. */
  readonly format?: string;
  /** 0 always shown; 1 only with -o wide. Default 0. */
  readonly priority?: number;
  /** Our own words. */
  readonly description: string;
  /** The cell as it prints; ages are texts already. */
  cell(object: T, context: CellContext): unknown;
}

/** @see staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go TableRowCondition */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

export interface CellContext {
  /** The cluster's time in milliseconds. */
  readonly nowMs: number;
}

import type { ScalarKind } from './schema.ts';

/** What Go prints of the zero value of a scalar. Those that are nil at first (bytes, times, JSON of any shape) print null. */
export function zeroScalar(kind: ScalarKind): unknown {
  switch (kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}

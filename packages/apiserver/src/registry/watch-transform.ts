import type { KubeObject } from '@tabernetes/apimachinery';
import { partialMetadata } from '../partial-metadata.ts';
import type { RequestScope } from '../request-scope.ts';
import { objectTable, type Table } from '../tables.ts';
import { tableOptions } from '../transform.ts';

/** The shape in which a watch shows its objects. Only the first Table names its columns. */
export function watchTransform(scope: RequestScope): (object: KubeObject) => KubeObject {
  const { as, asVersion } = scope.output;
  switch (as) {
    case undefined:
      return (object) => object;
    case 'Table': {
      tableOptions(scope, asVersion); // refuse bad options before the first event
      let isFirst = true;
      return (object) => {
        const table: Table = objectTable(scope.definition, object, tableOptions(scope, asVersion));
        const shown = isFirst ? table : { ...table, columnDefinitions: null };
        isFirst = false;
        return shown as unknown as KubeObject;
      };
    }
    default:
      return (object) => partialMetadata(scope.definition, object, asVersion);
  }
}

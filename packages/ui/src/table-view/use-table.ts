import { useEffect, useState } from 'react';
import { useCluster } from '../world/hooks.ts';
import { listPath, type Resource } from '../world/resources.ts';
import { type Column, type Row, type ServerTable, TableBook } from './table-book.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
/** How often what came is drawn, in milliseconds. */
const DRAW_MS = 100;
/** After a watch has ended, in milliseconds. */
const AGAIN_MS = 500;

interface TableAnswer extends ServerTable {
  readonly metadata?: { readonly resourceVersion?: string };
}

export interface LiveTable {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Undefined until the first answer has come. Empty: all is well. */
  readonly problem: string | undefined;
}

/** The server's own Table of a resource, followed row by row. */
export function useTable(resource: Resource | undefined, namespace: string): LiveTable {
  const { host, stream } = useCluster();
  const [state, setState] = useState<LiveTable>(NOTHING);
  const path = resource === undefined ? '' : listPath(resource, namespace);
  useEffect(() => {
    setState(NOTHING);
    if (path === '') return undefined;
    const table = new TableBook();
    let isOver = false;
    let close = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const draw = (problem = ''): void => {
      timer = undefined;
      if (!isOver) setState({ columns: table.columns, rows: table.rows, problem });
    };
    const begin = async (): Promise<void> => {
      const { status, body } = await host.request({ method: 'GET', path, headers: { accept: TABLE } });
      if (isOver) return;
      if (status >= 300) {
        draw((body as { readonly message?: string } | null)?.message ?? String(body));
        return;
      }
      const answer = body as TableAnswer;
      table.clear();
      table.take('ADDED', answer);
      draw();
      let rest = '';
      close = stream(
        {
          method: 'GET',
          path,
          query: { watch: 'true', resourceVersion: answer.metadata?.resourceVersion ?? '' },
          headers: { accept: TABLE },
        },
        {
          onText(text) {
            const lines = (rest + text).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) {
              const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: ServerTable };
              if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') table.take(type, object);
            }
            timer ??= setTimeout(draw, DRAW_MS);
          },
          // Its history is gone, or the server ends watches as it does: everything is read anew.
          onEnd() {
            if (!isOver) again = setTimeout(() => void begin(), AGAIN_MS);
          },
        },
      );
    };
    void begin();
    return () => {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(again);
      close();
    };
  }, [host, stream, path]);
  return state;
}

const NOTHING: LiveTable = { columns: [], rows: [], problem: undefined };

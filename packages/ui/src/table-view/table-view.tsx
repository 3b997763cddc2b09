import type { Pod } from '@tabernetes/api/types/core-v1';
import { type KeyboardEvent, type UIEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useObjectKeys } from '../actions/object-commands.tsx';
import { useSelection } from '../app/selection.tsx';
import { usePageMessages } from '../messages/page-messages.ts';
import { podSign } from '../model/pod-sign.ts';
import { useCluster, useKind } from '../world/hooks.ts';
import { useResources } from '../world/resources.ts';
import { useNow } from '../world/use-now.ts';
import { KindField } from './kind-field.tsx';
import { arranged, type Column, cellText, nextOrder, type Order, type Row } from './table-book.ts';
import { useTable } from './use-table.ts';

/** Height of a row, in pixels, as the style sheet has it: what is out of sight is not drawn. */
const ROW = 26;
const MARGIN_ROWS = 10;
const NAMESPACE: Column = { name: 'Namespace', type: 'string', priority: 0 };

/** One kind as the server's own Table, live, with the keys of k9s. */
export function TableView({
  namespace,
  filter,
  onNamespace,
}: {
  /** Empty: all. */
  readonly namespace: string;
  readonly filter: string;
  readonly onNamespace: (namespace: string) => void;
}) {
  const { views, table: words } = usePageMessages();
  const { world } = useCluster();
  const resources = useResources();
  const namespaces = useKind('Namespace');
  const [plural, setPlural] = useState('pods');
  const [group, setGroup] = useState('');
  const [order, setOrder] = useState<Order>();
  const [isWide, setWide] = useState(false);
  const resource = resources.find((each) => each.resource === plural && each.group === group);
  const { columns, rows, problem } = useTable(resource, namespace);
  const shown = useMemo(() => arranged(rows, columns, filter, order), [rows, columns, filter, order]);
  const [cursor, setCursor] = useState('');
  const at = Math.max(
    0,
    shown.findIndex(({ uid }) => uid === cursor),
  );
  const now = useNow();
  const { selected, select } = useSelection();
  const keys = useObjectKeys();
  const place = useRef<HTMLDivElement>(null);
  const kindField = useRef<HTMLInputElement>(null);
  const { from, to, onScroll, reveal } = useWindow(place, shown.length);
  const id = useId();
  const hasNamespaces = resource?.isNamespaced === true && namespace === '';
  const visible = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => isWide || column.priority === 0);
  const headers = [...(hasNamespaces ? [NAMESPACE.name] : []), ...visible.map(({ column }) => column.name)];
  const kind = resource?.kind ?? '';
  const objectOf = ({ namespace: home, name }: Row) => ({ kind, namespace: home, name });

  const go = (index: number): void => {
    const row = shown[Math.min(Math.max(index, 0), shown.length - 1)];
    if (row === undefined) return;
    setCursor(row.uid);
    reveal(shown.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = shown[at];
    if (row !== undefined && keys(event, objectOf(row))) return;
    const page = Math.max(1, to - from - 2 * MARGIN_ROWS);
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9 };
    const step = (steps as Readonly<Record<string, number>>)[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step !== undefined) go(at + step);
    else if (event.key === ':') kindField.current?.focus();
    else if (event.key === 'w') setWide(!isWide);
    else if (/^\d$/.test(event.key)) {
      const chosen = event.key === '0' ? '' : namespaces[Number(event.key) - 1]?.metadata.name;
      if (chosen !== undefined) onNamespace(chosen);
    } else if (event.shiftKey && /^[A-Z]$/.test(event.key)) setOrder(nextOrder(event.key, headers, order));
    else return;
    event.preventDefault();
  };
  return (
    <section className="table-view" aria-label={views.table}>
      <div className="table-bar">
        <KindField
          ref={kindField}
          resources={resources}
          value={resource?.resource ?? plural}
          onChoose={(chosen) => {
            setPlural(chosen.resource);
            setGroup(chosen.group);
            setOrder(undefined);
            setCursor('');
            place.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
          }}
        />
        <span className="count">{words.rows(shown.length)}</span>
        <span className="count table-keys" aria-hidden="true">
          {words.keys}
        </span>
      </div>
      {problem !== undefined && problem !== '' && <p className="problem">{problem}</p>}
      {problem === '' && shown.length === 0 && <p className="hint">{words.nothing}</p>}
      <div ref={place} className="table-scroll" onScroll={onScroll}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are chosen with the keyboard is a grid.
          role="grid"
          aria-label={kind}
          aria-rowcount={shown.length + 1}
          aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${shown[at].uid}`}
          data-own-keys="Ctrl+k Ctrl+d"
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr aria-rowindex={1}>
              {headers.map((name) => (
                <th
                  key={name}
                  aria-sort={order?.column !== name ? 'none' : order.isDescending ? 'descending' : 'ascending'}
                >
                  <button
                    type="button"
                    tabIndex={-1}
                    onClick={() =>
                      setOrder({ column: name, isDescending: order?.column === name && !order.isDescending })
                    }
                  >
                    {name}
                    {order?.column === name && <i aria-hidden="true">{order.isDescending ? ' ↓' : ' ↑'}</i>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Spacer rows={from} />}
            {shown.slice(from, to).map((row, index) => {
              const object = objectOf(row);
              const isSelected =
                selected?.kind === kind && selected.name === row.name && selected.namespace === row.namespace;
              const pod = kind === 'Pod' ? (world.find('Pod', row.namespace, row.name) as Pod | undefined) : undefined;
              return (
                <tr
                  key={row.uid}
                  id={`${id}-${row.uid}`}
                  aria-rowindex={from + index + 2}
                  aria-selected={isSelected}
                  className={`${isSelected ? 'selected' : ''}${from + index === at ? ' cursor' : ''}`}
                  onClick={() => {
                    setCursor(row.uid);
                    select(object);
                  }}
                >
                  {hasNamespaces && <td>{row.namespace}</td>}
                  {visible.map(({ column, index: cell }) => (
                    <td
                      key={column.name}
                      className={column.type === 'integer' || column.name === 'Age' ? 'number' : ''}
                    >
                      {pod !== undefined && column.name === 'Status' ? (
                        <span className={`word ${podSign(pod).sign}`}>{cellText(row, column, cell, now)}</span>
                      ) : (
                        cellText(row, column, cell, now)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
            {to < shown.length && <Spacer rows={shown.length - to} />}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The room of rows that are not drawn. */
function Spacer({ rows }: { readonly rows: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it holds nothing, and nothing can go there.
  return <tr aria-hidden="true" style={{ height: rows * ROW }} />;
}

/** Which rows are near enough to be seen. */
function useWindow(place: { readonly current: HTMLDivElement | null }, count: number) {
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  const from = Math.max(0, Math.floor(top / ROW) - MARGIN_ROWS);
  return {
    from: Math.min(from, Math.max(0, count - 1)),
    to: Math.min(count, Math.ceil((top + height) / ROW) + MARGIN_ROWS),
    onScroll: ({ currentTarget }: UIEvent) => setTop(currentTarget.scrollTop),
    /** Scrolls until a row is in sight, below the head. */
    reveal(index: number) {
      const element = place.current;
      if (element === null) return;
      const [start, end] = [index * ROW, (index + 2) * ROW];
      if (start < element.scrollTop) element.scrollTop = start;
      else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
    },
  };
}

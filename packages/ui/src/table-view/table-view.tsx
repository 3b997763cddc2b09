import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { useMemo, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { usePageMessages } from '../messages/page-messages.ts';
import { podSign } from '../model/pod-sign.ts';
import { useClockState, useKind, useKinds } from '../world/hooks.ts';

/** As kubectl calls them. */
const POD_COLUMNS = ['Ready', 'Status', 'Restarts', 'Node'];

/** One kind as a table: what kubectl and k9s show, live. */
export function TableView({ namespace, filter }: { readonly namespace: string; readonly filter: string }) {
  const kinds = useKinds();
  const { views: words, table } = usePageMessages();
  const [kind, setKind] = useState('Pod');
  const objects = useKind(kind);
  const { nowMs } = useClockState();
  const { select, selected } = useSelection();
  const rows = useMemo(
    () =>
      objects.filter(
        ({ metadata }) =>
          (namespace === '' || metadata.namespace === undefined || metadata.namespace === namespace) &&
          (filter === '' || (metadata.name ?? '').includes(filter)),
      ),
    [objects, namespace, filter],
  );
  return (
    <section className="table-view" aria-label={words.table}>
      <div className="table-bar">
        <label>
          {table.kind}{' '}
          <select value={kind} onChange={({ target }) => setKind(target.value)}>
            {kinds.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <span className="count">{rows.length}</span>
      </div>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              {['Namespace', 'Name', ...(kind === 'Pod' ? POD_COLUMNS : []), 'Age'].map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((object) => (
              <Row
                key={object.metadata.uid}
                object={object}
                nowMs={nowMs}
                isSelected={
                  selected?.kind === kind &&
                  selected.name === object.metadata.name &&
                  selected.namespace === (object.metadata.namespace ?? '')
                }
                onSelect={() =>
                  select({ kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' })
                }
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({
  object,
  nowMs,
  isSelected,
  onSelect,
}: {
  readonly object: KubeObject;
  readonly nowMs: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const { namespace = '', name = '', creationTimestamp } = object.metadata;
  return (
    <tr className={isSelected ? 'selected' : ''} onClick={onSelect}>
      <td>{namespace}</td>
      <td>
        <button type="button" onClick={onSelect}>
          {name}
        </button>
      </td>
      {object.kind === 'Pod' && <PodCells pod={object as Pod} />}
      <td className="number">{ageText(creationTimestamp, nowMs)}</td>
    </tr>
  );
}

function PodCells({ pod }: { readonly pod: Pod }) {
  const { sign, status, ready, total, restarts } = podSign(pod);
  return (
    <>
      <td className="number">
        {ready}/{total}
      </td>
      <td>
        <span className={`word ${sign}`}>{status}</span>
      </td>
      <td className="number">{restarts}</td>
      <td>{pod.spec?.nodeName ?? ''}</td>
    </>
  );
}

function ageText(created: string | undefined, nowMs: number): string {
  if (created === undefined) return '';
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(created)) / 1_000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

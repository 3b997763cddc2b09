import type { Event } from '@tabernetes/api/types/core-v1';
import type { WorldWrite } from '@tabernetes/worker/connect';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { Tabs } from '../app/tabs.tsx';
import { useMessages } from '../messages/messages.ts';
import { useKind, useWrites } from '../world/hooks.ts';
import { Chain } from './chain.tsx';
import { type Entry, eventEntries, type Group, grouped, writeEntries } from './groups.ts';

const MODES = ['writes', 'events'] as const;
const NO_WRITES: readonly WorldWrite[] = [];
const NO_EVENTS: readonly Event[] = [];

/** What happens, as it comes: every write with who made it and why, or the events that components tell. `filter`: the page's own. */
export function EventsView({ filter, namespace }: { readonly filter: string; readonly namespace: string }) {
  const { events: words } = useMessages();
  const [mode, setMode] = useState<(typeof MODES)[number]>('writes');
  const [search, setSearch] = useState('');
  const [isGrouped, setGrouped] = useState(false);
  const [hasNormal, setNormal] = useState(true);
  const [open, setOpen] = useState('');
  const allWrites = useWrites();
  const allEvents = useKind<Event>('Event');
  const wanted = `${filter} ${search}`.trim();
  const isWrites = mode === 'writes';
  const writes = isWrites ? allWrites : NO_WRITES;
  const events = isWrites ? NO_EVENTS : allEvents;
  const groups = useMemo(() => {
    const asked = { filter: wanted, namespace, hasNormal };
    return grouped(isWrites ? writeEntries(writes, asked) : eventEntries(events, asked), isGrouped);
  }, [isWrites, writes, events, wanted, namespace, hasNormal, isGrouped]);
  return (
    <>
      <div className="event-bar">
        <Tabs label={words.label} names={MODES} titles={words.modes} front={mode} onFront={setMode} />
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        {!isWrites && (
          <button type="button" className="quiet" aria-pressed={!hasNormal} onClick={() => setNormal(!hasNormal)}>
            {words.warnings}
          </button>
        )}
        <button type="button" className="quiet" aria-pressed={isGrouped} onClick={() => setGrouped(!isGrouped)}>
          {words.group}
        </button>
      </div>
      {groups.length === 0 && <p className="hint">{wanted === '' ? words.nothing : words.nothingFound}</p>}
      <ol className="stream" aria-label={words.stream} aria-live="off">
        {groups.map((group) => (
          <GroupRow
            key={group.id}
            group={group}
            isOpen={group.id === open}
            onOpen={() => setOpen(group.id === open ? '' : group.id)}
          />
        ))}
      </ol>
    </>
  );
}

function GroupRow({
  group: { entries, count },
  isOpen,
  onOpen,
}: {
  readonly group: Group;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const { events: words } = useMessages();
  const [first] = entries;
  if (first === undefined) return null;
  const canOpen = entries.length > 1 || first.write !== undefined;
  return (
    <li>
      <Row entry={first} count={count} others={entries.length - 1}>
        {canOpen && (
          <button type="button" className="why-button" aria-expanded={isOpen} onClick={onOpen}>
            {entries.length > 1 ? words.all : words.why}
          </button>
        )}
      </Row>
      {isOpen && entries.length === 1 && first.write !== undefined && <Chain write={first.write} />}
      {isOpen && entries.length > 1 && (
        <ol className="group">
          {entries.map((entry) => (
            <li key={entry.id}>
              <Row entry={entry} count={entry.count} others={0} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

const Row = memo(function Row({
  entry: { timeMs, word, tone, object, detail, by },
  count,
  others,
  children,
}: {
  readonly entry: Entry;
  readonly count: number;
  readonly others: number;
  readonly children?: ReactNode;
}) {
  const { select } = useSelection();
  const { events: words } = useMessages();
  return (
    <div className="event-row">
      <time>{new Date(timeMs).toISOString().slice(11, 19)}</time>
      <span className={`verb ${tone}`}>{tone === word ? words.verbs[tone as keyof typeof words.verbs] : word}</span>
      <span className="what">
        <button type="button" onClick={() => select(object)}>
          <span className="kind">{object.kind}</span> {object.name}
        </button>
        {others > 0 && <span className="count"> {words.others(others)}</span>}
        {count > 1 && <em className="count"> ×{count}</em>}{' '}
        <span className="detail" title={detail}>
          {detail}
        </span>
      </span>
      <span className="by">{by}</span>
      {children}
    </div>
  );
});

import type { Event } from '@tabernetes/api/types/core-v1';
import type { WorldWrite } from '@tabernetes/worker/connect';
import { memo, type ReactNode, useCallback, useMemo, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { Tabs } from '../app/tabs.tsx';
import { useMessages } from '../messages/messages.ts';
import { useKind, useWrites } from '../world/hooks.ts';
import { Chain } from './chain.tsx';
import { type Entry, eventEntries, type Group, grouped, MOST_LINES, writeEntries } from './groups.ts';

const MODES = ['writes', 'events'] as const;
const NO_WRITES: readonly WorldWrite[] = [];
const NO_EVENTS: readonly Event[] = [];
/** How often the stream is drawn: lines that come faster are read by nobody, in milliseconds. */
const EVERY_MS = 250;
/** Lines that are drawn at first, and more each time somebody comes to their end. */
const LINES = 20;

/** What happens, as it comes: every write with who made it and why, or the events that components tell. `filter`: the page's own. */
export function EventsView({ filter, namespace }: { readonly filter: string; readonly namespace: string }) {
  const { events: words } = useMessages();
  const [mode, setMode] = useState<(typeof MODES)[number]>('writes');
  const [search, setSearch] = useState('');
  const [isGrouped, setGrouped] = useState(false);
  const [hasNormal, setNormal] = useState(true);
  const [open, setOpen] = useState('');
  const allWrites = useWrites(EVERY_MS);
  const allEvents = useKind<Event>('Event', EVERY_MS);
  const wanted = `${filter} ${search}`.trim();
  const isWrites = mode === 'writes';
  const writes = isWrites ? allWrites : NO_WRITES;
  const events = isWrites ? NO_EVENTS : allEvents;
  const groups = useMemo(() => {
    const asked = { filter: wanted, namespace, hasNormal, ...(!isGrouped && { most: MOST_LINES }) };
    return grouped(isWrites ? writeEntries(writes, asked) : eventEntries(events, asked), isGrouped);
  }, [isWrites, writes, events, wanted, namespace, hasNormal, isGrouped]);
  const { depth, end, onTop } = useDepth();
  const toggle = useCallback((id: string) => setOpen((now) => (now === id ? '' : id)), []);
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
      <ol
        className="stream"
        aria-label={words.stream}
        aria-live="off"
        onScroll={({ currentTarget }) => currentTarget.scrollTop === 0 && onTop()}
      >
        {groups
          .slice(0, depth)
          .map(({ id, entries, count }) =>
            entries.length === 1 ? (
              <OneRow key={id} id={id} entry={entries[0]} isOpen={id === open} onOpen={toggle} />
            ) : (
              <GroupRow key={id} group={{ id, entries, count }} isOpen={id === open} onOpen={toggle} />
            ),
          )}
        {depth < groups.length && <li key={depth} ref={end} aria-hidden="true" />}
      </ol>
    </>
  );
}

/** How many lines are drawn: more as soon as their end is seen (an element of its own at every depth), few again when somebody goes back to the top. */
function useDepth() {
  const [depth, setDepth] = useState(LINES);
  const end = useCallback((element: HTMLLIElement) => {
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && setDepth((now) => now + LINES));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { depth, end, onTop: () => setDepth(LINES) };
}

interface RowProps {
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

/** A line of its own: drawn anew only when it is opened or closed. */
const OneRow = memo(function OneRow({
  id,
  entry,
  isOpen,
  onOpen,
}: RowProps & { readonly id: string; readonly entry: Entry | undefined }) {
  const { events: words } = useMessages();
  if (entry === undefined) return null;
  const { write } = entry;
  return (
    <li>
      <Row entry={entry} count={entry.count} others={0}>
        {write !== undefined && (
          <button type="button" className="why-button" aria-expanded={isOpen} onClick={() => onOpen(id)}>
            {words.why}
          </button>
        )}
      </Row>
      {isOpen && write !== undefined && <Chain write={write} />}
    </li>
  );
});

function GroupRow({ group: { id, entries, count }, isOpen, onOpen }: RowProps & { readonly group: Group }) {
  const { events: words } = useMessages();
  const [first] = entries;
  if (first === undefined) return null;
  return (
    <li>
      <Row entry={first} count={count} others={entries.length - 1}>
        <button type="button" className="why-button" aria-expanded={isOpen} onClick={() => onOpen(id)}>
          {words.all}
        </button>
      </Row>
      {isOpen && (
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

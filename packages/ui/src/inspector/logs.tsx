import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import type { LogLine } from '../model/log-book.ts';
import { podsOf } from '../model/related.ts';
import { useCluster, useKind } from '../world/hooks.ts';
import { sourcesOf, useLogs } from './use-logs.ts';

/** Pods that are listened to at once. */
const MOST_PODS = 12;
const COLOURS = 6;

/** What the containers of a Pod, or of all Pods of a workload or a Service, print: one stream, followed and searched. */
export function Logs({ object }: { readonly object: KubeObject }) {
  const { world } = useCluster();
  const { logs: words, inspector } = useMessages();
  const [only, setOnly] = useState('');
  const [search, setSearch] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const all = useKind('Pod');
  const pods = useMemo(() => {
    void all;
    return podsOf(object, world) as readonly Pod[];
  }, [object, world, all]);
  const containers = [...new Set(sourcesOf(pods, '').map(({ container }) => container))];
  const container = containers.includes(only) ? only : '';
  const sources = useMemo(() => sourcesOf(pods.slice(0, MOST_PODS), container), [pods, container]);
  const { lines, refusals } = useLogs(sources);
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const wanted = search.toLowerCase();
  const hits = useMemo(
    () => (wanted === '' ? [] : lines.filter(({ text }) => text.toLowerCase().includes(wanted)).map(({ id }) => id)),
    [lines, wanted],
  );
  const current = hits[at] ?? -1;

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line moves the end.
  useEffect(() => {
    if (isFollowing && place.current !== null) place.current.scrollTop = place.current.scrollHeight;
  }, [lines, isFollowing]);
  useEffect(() => {
    if (current < 0) return;
    setFollowing(false);
    place.current?.querySelector(`[data-line="${current}"]`)?.scrollIntoView({ block: 'center' });
  }, [current]);
  const find = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || hits.length === 0) return;
    event.preventDefault();
    setAt((at + (event.shiftKey ? -1 : 1) + hits.length) % hits.length);
  };
  const names = useMemo(() => labelsOf(sources), [sources]);
  return (
    <div className="logs">
      <div className="log-bar">
        {containers.length > 1 && (
          <select value={container} aria-label={inspector.container} onChange={({ target }) => setOnly(target.value)}>
            <option value="">{words.allContainers}</option>
            {containers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={({ target }) => {
            setSearch(target.value);
            setAt(-1);
          }}
          onKeyDown={find}
        />
        {search !== '' && (
          <output className="count">{hits.length === 0 ? words.noHit : words.hits(at + 1, hits.length)}</output>
        )}
        <button type="button" className="action" aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
          {words.follow}
        </button>
      </div>
      {pods.length > MOST_PODS && <p className="hint">{words.some(MOST_PODS, pods.length)}</p>}
      {refusals.map((refusal) => (
        <p key={refusal} className="hint">
          {refusal}
        </p>
      ))}
      {lines.length === 0 ? (
        refusals.length === 0 && <p className="hint">{inspector.nothingPrinted}</p>
      ) : (
        <div
          ref={place}
          className="yaml log-lines"
          role="log"
          aria-label={inspector.tabs.logs}
          aria-live="off"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
          tabIndex={0}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
            setFollowing(scrollTop + clientHeight >= scrollHeight - 8)
          }
        >
          {lines.map((line) => (
            <Line
              key={line.id}
              line={line}
              label={names.get(line.source)}
              search={wanted}
              isCurrent={line.id === current}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface Label {
  readonly text: string;
  readonly colour: number;
}

const Line = memo(function Line({
  line: { id, time, text },
  label,
  search,
  isCurrent,
}: {
  readonly line: LogLine;
  readonly label: Label | undefined;
  /** In lower case. */
  readonly search: string;
  readonly isCurrent: boolean;
}) {
  const plain = withoutColours(text);
  return (
    <div className={isCurrent ? 'log-line current' : 'log-line'} data-line={id} title={time}>
      {label !== undefined && <span className={`log-source colour-${label.colour}`}>{label.text} </span>}
      {search === '' ? plain : <Marked text={plain} search={search} />}
    </div>
  );
});

function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const lower = text.toLowerCase();
  const parts: (string | { readonly hit: string; readonly at: number })[] = [];
  let from = 0;
  for (let at = lower.indexOf(search); at >= 0; at = lower.indexOf(search, from)) {
    parts.push(text.slice(from, at), { hit: text.slice(at, at + search.length), at });
    from = at + search.length;
  }
  return (
    <>
      {parts.map((part) => (typeof part === 'string' ? part : <mark key={part.at}>{part.hit}</mark>))}
      {text.slice(from)}
    </>
  );
}

/** Programs colour for terminals; here the words are enough. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const withoutColours = (text: string): string => text.replace(/\u001b\[[\d;]*[A-Za-z]/g, '');

/** What tells the sources apart: nothing where there is one, else the end of the Pod's name and the container. */
function labelsOf(
  sources: readonly { readonly id: string; readonly pod: string; readonly container: string }[],
): ReadonlyMap<string, Label> {
  if (sources.length < 2) return new Map();
  const hasPods = new Set(sources.map(({ pod }) => pod)).size > 1;
  const hasContainers = new Set(sources.map(({ container }) => container)).size > 1;
  return new Map(
    sources.map(({ id, pod, container }, at) => {
      const end = pod.slice(pod.lastIndexOf('-') + 1);
      const text = [hasPods ? end : '', hasContainers ? container : ''].filter((part) => part !== '').join(' ');
      return [id, { text, colour: at % COLOURS }];
    }),
  );
}

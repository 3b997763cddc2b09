import type { Event } from '@tabernetes/api/types/core-v1';
import { encodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import { lazy, Suspense, useMemo, useState } from 'react';
import { ActionBar } from '../actions/action-bar.tsx';
import { type ObjectName, useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { useKind } from '../world/hooks.ts';
import { Logs } from './logs.tsx';
import { Scheduling } from './scheduling.tsx';
import { Why } from './why.tsx';

const States = lazy(() => import('./states.tsx'));

const TABS = ['summary', 'yaml', 'events', 'logs', 'states', 'scheduling', 'why'] as const;
/** Of Pods alone. */
const POD_TABS: ReadonlySet<string> = new Set(['logs', 'states', 'scheduling']);
type Tab = (typeof TABS)[number];

/** Everything about the object that is selected. */
export function Inspector() {
  const { selected, select } = useSelection();
  const [tab, setTab] = useState<Tab>('summary');
  const { inspector: words } = useMessages();
  if (selected === undefined) {
    return (
      <aside className="inspector empty" aria-label={words.label}>
        <p>{words.empty}</p>
      </aside>
    );
  }
  return (
    <aside className="inspector" aria-label={words.label}>
      <header>
        <h2>
          <span className="kind">{selected.kind}</span> {selected.name}
        </h2>
        <button type="button" className="quiet" onClick={() => select(undefined)} aria-label={words.close}>
          ×
        </button>
      </header>
      <div role="tablist" className="tabs">
        {TABS.filter((each) => selected.kind === 'Pod' || !POD_TABS.has(each)).map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === tab} onClick={() => setTab(each)}>
            {words.tabs[each]}
          </button>
        ))}
      </div>
      <Body tab={tab} selected={selected} />
    </aside>
  );
}

function Body({ tab, selected }: { readonly tab: Tab; readonly selected: ObjectName }) {
  const objects = useKind(selected.kind);
  const { inspector: words, states } = useMessages();
  const object = objects.find(
    ({ metadata }) => metadata.name === selected.name && (metadata.namespace ?? '') === selected.namespace,
  );
  if (object === undefined) return <p className="hint">{words.gone}</p>;
  if (tab === 'why') return <Why object={object} />;
  if (tab === 'logs' && object.kind === 'Pod') return <Logs object={object} />;
  if (tab === 'scheduling' && object.kind === 'Pod') return <Scheduling object={object} />;
  if (tab === 'states' && object.kind === 'Pod')
    return (
      <Suspense fallback={<p className="hint">{states.drawing}</p>}>
        <States object={object} />
      </Suspense>
    );
  if (tab === 'yaml') return <Yaml object={object} />;
  return tab === 'events' ? <EventList of={selected} /> : <Summary object={object} />;
}

function Yaml({ object }: { readonly object: KubeObject }) {
  const text = useMemo(() => encodeYaml(object), [object]);
  return <pre className="yaml">{text}</pre>;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function Summary({ object }: { readonly object: KubeObject }) {
  const { metadata } = object;
  const { inspector: words } = useMessages();
  const { conditions = [], phase } = ((object as { readonly status?: unknown }).status ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly phase?: string;
  };
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.namespace, metadata.namespace],
    [words.phase, phase],
    [words.created, metadata.creationTimestamp],
    [words.controlledBy, metadata.ownerReferences?.map(({ kind, name }) => `${kind}/${name}`).join(', ')],
    ['resourceVersion', metadata.resourceVersion],
  ];
  return (
    <div className="summary">
      <ActionBar object={object} />
      <dl>
        {facts.map(([label, value]) =>
          value === undefined || value === '' ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {conditions.length > 0 && (
        <>
          <h3>{words.conditions}</h3>
          <ul className="conditions">
            {conditions.map(({ type, status, reason, message }) => (
              <li key={type} className={status === 'True' ? 'yes' : 'no'}>
                <b>{type}</b> <span>{status}</span>
                {reason !== undefined && <em>{reason}</em>}
                {message !== undefined && message !== '' && <p>{message}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
      {metadata.labels !== undefined && (
        <>
          <h3>{words.labels}</h3>
          <ul className="labels">
            {Object.entries(metadata.labels).map(([key, value]) => (
              <li key={key}>
                {key}={value}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function EventList({ of }: { readonly of: ObjectName }) {
  const events = useKind<Event>('Event');
  const { inspector: words } = useMessages();
  const mine = events.filter(
    ({ involvedObject }) =>
      involvedObject?.kind === of.kind &&
      involvedObject.name === of.name &&
      (involvedObject.namespace ?? '') === of.namespace,
  );
  if (mine.length === 0) return <p className="hint">{words.noEvents}</p>;
  return (
    <ul className="event-list">
      {mine.map(({ metadata, type, reason, message, count }) => (
        <li key={metadata.uid} className={type === 'Warning' ? 'warning' : ''}>
          <b>{reason}</b>
          {count !== undefined && count > 1 && <em>×{count}</em>}
          <p>{message}</p>
        </li>
      ))}
    </ul>
  );
}

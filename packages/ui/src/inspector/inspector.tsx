import type { Event } from '@tabernetes/api/types/core-v1';
import { encodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import { lazy, Suspense, useMemo, useState } from 'react';
import { ActionBar } from '../actions/action-bar.tsx';
import { type ObjectName, useSelection } from '../app/selection.tsx';
import { useKind } from '../world/hooks.ts';
import { Logs } from './logs.tsx';
import { Scheduling } from './scheduling.tsx';
import { Why } from './why.tsx';

const States = lazy(() => import('./states.tsx'));

const TABS = ['Summary', 'YAML', 'Events', 'Logs', 'States', 'Scheduling', 'Why'] as const;
/** Of Pods alone. */
const POD_TABS: ReadonlySet<string> = new Set(['Logs', 'States', 'Scheduling']);
type Tab = (typeof TABS)[number];

/** Everything about the object that is selected. */
export function Inspector() {
  const { selected, select } = useSelection();
  const [tab, setTab] = useState<Tab>('Summary');
  if (selected === undefined) {
    return (
      <aside className="inspector empty" aria-label="Inspector">
        <p>Select a Pod or a node to see what it is, why it is so, and what it has said.</p>
      </aside>
    );
  }
  return (
    <aside className="inspector" aria-label="Inspector">
      <header>
        <h2>
          <span className="kind">{selected.kind}</span> {selected.name}
        </h2>
        <button type="button" className="quiet" onClick={() => select(undefined)} aria-label="Close the inspector">
          ×
        </button>
      </header>
      <div role="tablist" className="tabs">
        {TABS.filter((each) => selected.kind === 'Pod' || !POD_TABS.has(each)).map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === tab} onClick={() => setTab(each)}>
            {each}
          </button>
        ))}
      </div>
      <Body tab={tab} selected={selected} />
    </aside>
  );
}

function Body({ tab, selected }: { readonly tab: Tab; readonly selected: ObjectName }) {
  const objects = useKind(selected.kind);
  const object = objects.find(
    ({ metadata }) => metadata.name === selected.name && (metadata.namespace ?? '') === selected.namespace,
  );
  if (object === undefined) return <p className="hint">It does not exist any more.</p>;
  if (tab === 'Why') return <Why object={object} />;
  if (tab === 'Logs' && object.kind === 'Pod') return <Logs object={object} />;
  if (tab === 'Scheduling' && object.kind === 'Pod') return <Scheduling object={object} />;
  if (tab === 'States' && object.kind === 'Pod')
    return (
      <Suspense fallback={<p className="hint">The chart is drawn.</p>}>
        <States object={object} />
      </Suspense>
    );
  if (tab === 'YAML') return <Yaml object={object} />;
  return tab === 'Events' ? <EventList of={selected} /> : <Summary object={object} />;
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
  const { conditions = [], phase } = ((object as { readonly status?: unknown }).status ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly phase?: string;
  };
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Namespace', metadata.namespace],
    ['Phase', phase],
    ['Created', metadata.creationTimestamp],
    ['Controlled by', metadata.ownerReferences?.map(({ kind, name }) => `${kind}/${name}`).join(', ')],
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
          <h3>Conditions</h3>
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
          <h3>Labels</h3>
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
  const mine = events.filter(
    ({ involvedObject }) =>
      involvedObject?.kind === of.kind &&
      involvedObject.name === of.name &&
      (involvedObject.namespace ?? '') === of.namespace,
  );
  if (mine.length === 0) return <p className="hint">No events.</p>;
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

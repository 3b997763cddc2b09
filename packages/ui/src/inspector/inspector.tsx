import { encodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import { lazy, Suspense, useMemo } from 'react';
import { INSPECTOR_TABS, type InspectorTab, type ObjectName, useSelection } from '../app/selection.tsx';
import { Tabs } from '../app/tabs.tsx';
import { useMessages } from '../messages/messages.ts';
import { useKind } from '../world/hooks.ts';
import { Describe } from './describe.tsx';
import { EventList } from './event-list.tsx';
import { LiveText } from './live-text.tsx';
import { Logs } from './logs.tsx';
import { Scheduling } from './scheduling.tsx';
import { Shell } from './shell.tsx';
import { Summary } from './summary.tsx';
import { Why } from './why.tsx';

const States = lazy(() => import('./states.tsx'));

/** Tabs of some kinds alone. */
const OF_KINDS: Readonly<Partial<Record<InspectorTab, ReadonlySet<string>>>> = {
  logs: new Set([
    ...['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'],
    ...['Job', 'CronJob', 'Service'],
  ]),
  shell: new Set(['Pod']),
  states: new Set(['Pod']),
  scheduling: new Set(['Pod']),
};

/** Everything about the object that is selected. */
export function Inspector() {
  const { selected, select, tab, show } = useSelection();
  const { inspector: words } = useMessages();
  if (selected === undefined) {
    return (
      <aside className="inspector empty" aria-label={words.label} tabIndex={-1}>
        <p>{words.empty}</p>
      </aside>
    );
  }
  const names = INSPECTOR_TABS.filter((each) => OF_KINDS[each]?.has(selected.kind) ?? true);
  const front = names.includes(tab) ? tab : 'summary';
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
      <Tabs label={words.label} names={names} titles={words.tabs} front={front} onFront={show} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
      <div role="tabpanel" tabIndex={0} aria-label={words.tabs[front]} className="inspector-body">
        <Body tab={front} selected={selected} />
      </div>
    </aside>
  );
}

function Body({ tab, selected }: { readonly tab: InspectorTab; readonly selected: ObjectName }) {
  const objects = useKind(selected.kind);
  const { inspector: words, states } = useMessages();
  const object = objects.find(
    ({ metadata }) => metadata.name === selected.name && (metadata.namespace ?? '') === selected.namespace,
  );
  if (object === undefined) {
    // Events outlive what they tell of.
    return tab === 'events' ? <EventList of={selected} /> : <p className="hint">{words.gone}</p>;
  }
  const { uid } = object.metadata;
  switch (tab) {
    case 'describe':
      return <Describe key={uid} object={object} />;
    case 'yaml':
      return <Yaml key={uid} object={object} />;
    case 'events':
      return <EventList of={selected} />;
    case 'logs':
      return <Logs key={uid} object={object} />;
    case 'shell':
      return <Shell key={uid} object={object} />;
    case 'scheduling':
      return <Scheduling object={object} />;
    case 'why':
      return <Why object={object} />;
    case 'states':
      return (
        <Suspense fallback={<p className="hint">{states.drawing}</p>}>
          <States object={object} />
        </Suspense>
      );
    default:
      return <Summary object={object} />;
  }
}

function Yaml({ object }: { readonly object: KubeObject }) {
  const { inspector: words } = useMessages();
  const text = useMemo(() => encodeYaml(object), [object]);
  return <LiveText text={text} label={words.tabs.yaml} />;
}

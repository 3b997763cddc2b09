import type { WorldWrite } from '@tabernetes/worker/connect';
import { useMemo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { useWrites } from '../world/hooks.ts';

/** Kinds whose writes are the cluster's pulse rather than its news. */
const PULSE = new Set(['Lease', 'Event']);
const SHOWN = 200;

/** Every write of the cluster as it comes: who did what to which object. */
export function EventsView({ filter }: { readonly filter: string }) {
  const writes = useWrites();
  const { select } = useSelection();
  const { events: words } = useMessages();
  const shown = useMemo(() => news(writes, filter), [writes, filter]);
  return (
    <ol className="stream" aria-label={words.stream} aria-live="off">
      {shown.map((write) => (
        <li key={`${write.revision} ${write.key}`}>
          <time>{new Date(write.timeMs).toISOString().slice(11, 19)}</time>
          <span className={`verb ${write.verb}`}>{words.verbs[write.verb]}</span>
          <button
            type="button"
            onClick={() => select({ kind: write.kind, namespace: write.namespace, name: write.name })}
          >
            <span className="kind">{write.kind}</span> {write.name}
          </button>
          <span className="by">{write.manager}</span>
        </li>
      ))}
    </ol>
  );
}

function news(writes: readonly WorldWrite[], filter: string): readonly WorldWrite[] {
  const shown: WorldWrite[] = [];
  for (let at = writes.length - 1; at >= 0 && shown.length < SHOWN; at--) {
    const write = writes[at];
    if (write === undefined || PULSE.has(write.kind)) continue;
    if (filter !== '' && !`${write.kind} ${write.name} ${write.manager}`.toLowerCase().includes(filter.toLowerCase()))
      continue;
    shown.push(write);
  }
  return shown;
}

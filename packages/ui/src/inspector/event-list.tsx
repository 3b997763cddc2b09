import type { Event } from '@tabernetes/api/types/core-v1';
import type { ObjectName } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { eventTimeMs, inOrderOfTime } from '../model/event-time.ts';
import { useKind } from '../world/hooks.ts';

/** The events of one object, newest last, as `kubectl describe` has them. */
export function EventList({ of }: { readonly of: ObjectName }) {
  const events = useKind<Event>('Event');
  const { inspector: words } = useMessages();
  const mine = events
    .filter(
      ({ involvedObject }) =>
        involvedObject?.kind === of.kind &&
        involvedObject.name === of.name &&
        (involvedObject.namespace ?? '') === of.namespace,
    )
    .sort(inOrderOfTime);
  if (mine.length === 0) return <p className="hint">{words.noEvents}</p>;
  return (
    <ul className="event-list">
      {mine.map((event) => {
        const { metadata, type, reason, message, count, source, reportingComponent } = event;
        const by = source?.component ?? reportingComponent ?? '';
        return (
          <li key={metadata.uid} className={type === 'Warning' ? 'warning' : ''}>
            <time className="count">{new Date(eventTimeMs(event)).toISOString().slice(11, 19)}</time> <b>{reason}</b>
            {count !== undefined && count > 1 && <em>×{count}</em>} <span className="count">{by}</span>
            <p>{message}</p>
          </li>
        );
      })}
    </ul>
  );
}

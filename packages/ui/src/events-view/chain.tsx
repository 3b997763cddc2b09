import type { WorldWrite } from '@tabernetes/worker/connect';
import { useMemo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { chainOf } from '../model/cause.ts';
import { writerOf } from '../model/writer.ts';
import { useCluster } from '../world/hooks.ts';

/** Who wrote what because of which earlier write, from the first to this one. */
export function Chain({ write }: { readonly write: WorldWrite }) {
  const { world } = useCluster();
  const { select } = useSelection();
  const { why: words, events } = useMessages();
  // What led to a write does not change: it is looked up once.
  const chain = useMemo(() => chainOf(write, world.writes, (...name) => world.find(...name)), [write, world]);
  return (
    <ol className="why chain" aria-label={events.chain}>
      {chain.map(({ revision, timeMs, verb, kind, namespace, name, manager, changed }) => (
        <li key={`${revision} ${name}`}>
          <p>
            <time>{new Date(timeMs).toISOString().slice(11, 23)}</time> <b>{writerOf(manager, changed, words)}</b>{' '}
            {words.verbs[verb]}{' '}
            <button type="button" onClick={() => select({ kind, namespace, name })}>
              {kind} {name}
            </button>{' '}
            <span className="count">{[...changed, words.revision(revision)].join(', ')}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}

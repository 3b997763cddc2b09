import type { KubeObject } from '@tabernetes/apimachinery';
import { useMemo, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { writerOf } from '../model/writer.ts';
import { useCluster, useWrites } from '../world/hooks.ts';
import { Revision } from './revision.tsx';
import { story } from './story.ts';

/** The causal chain: who wrote what, from the first request to the object as it is. */
export function Why({ object }: { readonly object: KubeObject }) {
  const { world } = useCluster();
  const writes = useWrites();
  const { select } = useSelection();
  const { why: words } = useMessages();
  /** Of the write whose object is shown as it was. */
  const [open, setOpen] = useState('');
  const lines = useMemo(
    () => story(object, (kind, namespace, name) => world.find(kind, namespace, name), writes),
    [object, world, writes],
  );
  if (lines.length === 0) return <p className="hint">{words.older}</p>;
  return (
    <ol className="why">
      {lines.map((write) => {
        const { revision, timeMs, verb, kind, namespace, name, manager, changed } = write;
        const id = `${revision} ${name}`;
        return (
          <li key={id}>
            <time>{new Date(timeMs).toISOString().slice(11, 23)}</time>
            <p>
              <b>{writerOf(manager, changed, words)}</b> {words.verbs[verb]}{' '}
              <button type="button" onClick={() => select({ kind, namespace, name })}>
                {kind} {name}
              </button>{' '}
              <span className="count">
                {changed.map((field) => `${field}, `).join('')}
                {verb === 'delete' ? (
                  words.revision(revision)
                ) : (
                  <button
                    type="button"
                    title={words.asItWas}
                    aria-expanded={open === id}
                    onClick={() => setOpen(open === id ? '' : id)}
                  >
                    {words.revision(revision)}
                  </button>
                )}
              </span>
            </p>
            {open === id && <Revision write={write} />}
          </li>
        );
      })}
    </ol>
  );
}

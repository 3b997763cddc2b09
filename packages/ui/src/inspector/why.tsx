import type { KubeObject } from '@tabernetes/apimachinery';
import { useMemo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useCluster, useWrites } from '../world/hooks.ts';
import { story } from './story.ts';

const VERBS = { create: 'created', update: 'changed', delete: 'deleted' } as const;

/** The causal chain: who wrote what, from the first request to the object as it is. */
export function Why({ object }: { readonly object: KubeObject }) {
  const { world } = useCluster();
  const writes = useWrites();
  const { select } = useSelection();
  const lines = useMemo(
    () => story(object, (kind, namespace, name) => world.find(kind, namespace, name), writes),
    [object, world, writes],
  );
  if (lines.length === 0) return <p className="hint">It was there before this page began to watch.</p>;
  return (
    <ol className="why">
      {lines.map(({ revision, timeMs, verb, kind, namespace, name, manager }) => (
        <li key={`${revision} ${name}`}>
          <time>{new Date(timeMs).toISOString().slice(11, 23)}</time>
          <p>
            <b>{manager === '' ? 'a request' : manager}</b> {VERBS[verb]}{' '}
            <button type="button" onClick={() => select({ kind, namespace, name })}>
              {kind} {name}
            </button>{' '}
            <span className="count">rev {revision}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}

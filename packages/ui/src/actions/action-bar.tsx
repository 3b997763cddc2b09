import type { KubeObject } from '@tabernetes/apimachinery';
import { useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { errorText } from '../model/error-text.ts';
import { useCluster } from '../world/hooks.ts';
import { objectActions } from './object-actions.ts';

/** What can be done to an object, and what the server said when it refused. */
export function ActionBar({ object }: { readonly object: KubeObject }) {
  const cluster = useCluster();
  const [problem, setProblem] = useState('');
  const { actions: words } = useMessages();
  const actions = objectActions(cluster, object, words);
  if (actions.length === 0) return null;
  return (
    <div className="actions">
      {actions.map(({ label, isDangerous, run }) => (
        <button
          key={label}
          type="button"
          className={isDangerous === true ? 'action danger' : 'action'}
          onClick={() => {
            setProblem('');
            run().catch((error: unknown) => setProblem(errorText(error)));
          }}
        >
          {label}
        </button>
      ))}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

import type { KubeObject } from '@tabernetes/apimachinery';
import { useState } from 'react';
import { nameOf } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { errorText } from '../model/error-text.ts';
import { useCluster } from '../world/hooks.ts';
import { objectActions } from './object-actions.ts';
import { useObjectCommands } from './object-commands.tsx';

/** What can be done to an object, and what the server said when it refused. */
export function ActionBar({ object }: { readonly object: KubeObject }) {
  const cluster = useCluster();
  const [problem, setProblem] = useState('');
  const { actions: words } = useMessages();
  const actions = objectActions(cluster, object, words);
  const commands = useObjectCommands();
  if (actions.length === 0 && commands === undefined) return null;
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
      {commands !== undefined && (
        <button type="button" className="action" onClick={() => commands.edit(nameOf(object))}>
          {words.edit}
        </button>
      )}
      {/* A Pod is deleted above, without a question: another one comes, or it was bare. */}
      {commands !== undefined && object.kind !== 'Pod' && (
        <button type="button" className="action danger" onClick={() => commands.remove(nameOf(object), false)}>
          {words.delete}
        </button>
      )}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

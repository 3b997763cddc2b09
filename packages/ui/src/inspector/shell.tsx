import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { lazy, Suspense, useState } from 'react';
import { useMessages } from '../messages/messages.ts';

const TerminalPanel = lazy(() => import('../terminal/terminal-panel.tsx'));

/** A shell in a container, as `kubectl exec -it` opens one. */
export function Shell({ object }: { readonly object: KubeObject }) {
  const { inspector: words, terminal } = useMessages();
  const { spec, status, metadata } = object as Pod;
  const running = (status?.containerStatuses ?? []).filter(({ state }) => state?.running !== undefined);
  const names = (spec?.containers ?? [])
    .map(({ name }) => name)
    .filter((name) => running.some((each) => each.name === name));
  const [chosen, setChosen] = useState('');
  const [round, setRound] = useState(0);
  const [ended, setEnded] = useState('');
  const container = names.includes(chosen) ? chosen : (names[0] ?? '');
  if (container === '') return <p className="hint">{words.nothingRuns}</p>;
  const { name = '', namespace = '', uid = '' } = metadata;
  const id = `${uid} ${container} ${round}`;
  return (
    <div className="shell">
      {names.length > 1 && (
        <select value={container} aria-label={words.container} onChange={({ target }) => setChosen(target.value)}>
          {names.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
      {ended === id ? (
        <p className="hint">
          {words.shellEnded}{' '}
          <button type="button" className="action" onClick={() => setRound(round + 1)}>
            {words.shellAgain}
          </button>
        </p>
      ) : (
        <Suspense fallback={<p className="hint">{terminal.opening}</p>}>
          <TerminalPanel
            key={id}
            commands={[`exec kubectl exec -it -n '${namespace}' '${name}' -c '${container}' -- sh`]}
            asked={1}
            onExit={() => setEnded(id)}
          />
        </Suspense>
      )}
    </div>
  );
}

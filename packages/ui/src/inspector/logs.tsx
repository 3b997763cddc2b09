import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { useEffect, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { useCluster } from '../world/hooks.ts';

/** How often a log that is looked at is read again, in milliseconds. */
const EVERY_MS = 1_000;
/** Lines that are shown. */
const TAIL = 500;

/** What the containers of a Pod have printed. */
export function Logs({ object }: { readonly object: KubeObject }) {
  const { host } = useCluster();
  const { inspector: words } = useMessages();
  const { spec, metadata } = object as Pod;
  const names = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name);
  const [chosen, setChosen] = useState('');
  const container = names.includes(chosen) ? chosen : (spec?.containers[0]?.name ?? '');
  const [text, setText] = useState('');
  const path = `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name ?? ''}/log`;

  useEffect(() => {
    let isOver = false;
    const read = async (): Promise<void> => {
      const answer = await host.request({ method: 'GET', path, query: { container, tailLines: String(TAIL) } });
      if (isOver) return;
      const { message } = (answer.body ?? {}) as { readonly message?: string };
      setText(answer.status < 300 ? String(answer.body) : (message ?? ''));
    };
    void read();
    const timer = setInterval(() => void read(), EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [host, path, container]);

  return (
    <div className="logs">
      {names.length > 1 && (
        <select value={container} aria-label={words.container} onChange={({ target }) => setChosen(target.value)}>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      {text === '' ? <p className="hint">{words.nothingPrinted}</p> : <pre className="yaml">{text}</pre>}
    </div>
  );
}

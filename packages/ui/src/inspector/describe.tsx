import type { KubeObject } from '@tabernetes/apimachinery';
import { useEffect, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { useCluster, useKind } from '../world/hooks.ts';
import { kubectlName } from './kubectl-name.ts';
import { LiveText } from './live-text.tsx';

/** A burst of changes is described once, in milliseconds. */
const PAUSE_MS = 400;

/** What `kubectl describe` prints of an object, again whenever it or an event changes. */
export function Describe({ object }: { readonly object: KubeObject }) {
  const { host } = useCluster();
  const { inspector: words } = useMessages();
  const events = useKind('Event');
  const name = kubectlName(object);
  const [told, setTold] = useState({ name: '', text: '' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is described changes with the object and with events of it.
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const { stdout, stderr } = await host.kubectl(`describe ${name}`);
      if (!isOver) setTold({ name, text: stdout === '' ? stderr : stdout });
    };
    const timer = setTimeout(() => void ask(), told.name === name ? PAUSE_MS : 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [host, name, object, events]);
  if (told.name !== name) return <p className="hint">{words.describing}</p>;
  return <LiveText key={name} text={told.text} label={words.tabs.describe} />;
}

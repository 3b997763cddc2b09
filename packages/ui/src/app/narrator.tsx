import type { Pod } from '@tabernetes/api/types/core-v1';
import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { type PodState, transitions } from '../model/transitions.ts';
import { useCluster } from '../world/hooks.ts';

/** What happened in this time is told in one breath, in milliseconds. */
const BREATH_MS = 1_500;

/** Tells those who do not see what becomes of the Pods. */
export function Narrator({ namespace }: { readonly namespace: string }) {
  const { world } = useCluster();
  const { narration: words } = useMessages();
  const [told, setTold] = useState('');
  const said = useRef(words);
  said.current = words;
  useEffect(() => {
    let known: ReadonlyMap<string, PodState> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      timer = undefined;
      const pods = world.list('Pod').filter(({ metadata }) => namespace === '' || metadata.namespace === namespace);
      const { now, lines } = transitions(known, pods as readonly Pod[], said.current);
      // What was there before one listened is not news.
      if (known !== undefined && lines.length > 0) setTold(lines.join('. '));
      known = now;
    };
    const stop = world.subscribe('Pod', () => {
      timer ??= setTimeout(tell, BREATH_MS);
    });
    tell();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [world, namespace]);
  return (
    <p className="sr" aria-live="polite" data-narrator="">
      {told}
    </p>
  );
}

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodLifecycle } from '@tabernetes/worker/connect';
import { useEffect } from 'react';
import { useCluster } from '../world/hooks.ts';

/** @param isFirst of this Pod */
type OnAnswer = (answer: PodLifecycle | undefined, isFirst: boolean) => void;

/**
 * Asks the kubelet of a Pod where it stands, again and again while one looks: of what goes on in a kubelet the API does not tell.
 *
 * @param pod undefined: there is nothing to ask for
 * @param everyMs milliseconds of the page between an answer and the next question
 * @param onAnswer the same one each time, or the asking begins anew
 */
export function useLifecycle(pod: Pod | undefined, everyMs: number, onAnswer: OnAnswer): void {
  const { host } = useCluster();
  const nodeName = pod?.spec?.nodeName;
  const uid = pod?.metadata.uid ?? '';
  useEffect(() => {
    if (nodeName === undefined) return undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (isFirst: boolean): Promise<void> => {
      const answer = await host.lifecycle(nodeName, uid);
      if (isOver) return;
      onAnswer(answer, isFirst);
      timer = setTimeout(() => void ask(false), everyMs);
    };
    void ask(true);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [host, nodeName, uid, everyMs, onAnswer]);
}

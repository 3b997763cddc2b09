import { imageOfFile } from '@tabernetes/worker/connect';
import { useEffect, useState } from 'react';
import { useCluster } from '../world/hooks.ts';
import { applyDocuments } from './apply.ts';
import { LARGE } from './large.ts';
import type { Problem } from './problems.ts';

/** How long a person has not typed before the server is asked what it would say. */
const PAUSE_MS = 600;

const NONE: readonly Problem[] = [];

/** What the server would say of a text, asked as typing pauses. `round` changes when it may say something else. */
export function useFileCheck(
  name: string,
  text: string,
  { namespace, isReady, round }: { readonly namespace: string; readonly isReady: boolean; readonly round: unknown },
): readonly Problem[] {
  const cluster = useCluster();
  const [problems, setProblems] = useState<{ readonly of: string; readonly list: readonly Problem[] }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another answer.
  useEffect(() => {
    if (!isReady || text.length > LARGE || imageOfFile(name) !== undefined) return undefined;
    let isOver = false;
    const timer = self.setTimeout(async () => {
      const applied = await applyDocuments(cluster, text, namespace, { dryRun: true });
      const { problemsOf } = await import('./problems.ts');
      if (!isOver) setProblems({ of: name, list: problemsOf(applied) });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      self.clearTimeout(timer);
    };
  }, [cluster, namespace, name, text, isReady, round]);
  return problems?.of === name && text.length <= LARGE ? problems.list : NONE;
}

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodLifecycle, ProbeHistory } from '@tabernetes/worker/connect';
import { useCallback, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { useLifecycle } from './use-lifecycle.ts';

/** How often the kubelet is asked while one looks, in milliseconds. */
const EVERY_MS = 500;

/** How the containers of a Pod answered their probes lately: a tick each, the latest on the right. */
export function Probes({ pod }: { readonly pod: Pod }) {
  const { probes: words } = useMessages();
  const histories = useHistories(pod);
  if (histories.length === 0) return null;
  const isOne = (pod.spec?.containers.length ?? 0) === 1;
  return (
    <>
      <h3>{words.title}</h3>
      <dl className="probes">
        {histories.map(({ container, type, ticks }) => {
          const last = ticks.at(-1);
          const well = ticks.filter(({ result }) => result === 'success').length;
          return (
            <div key={`${container} ${type}`}>
              <dt>{isOne ? type : `${type} ${container}`}</dt>
              <dd>
                <span className="ticks" role="img" aria-label={words.told(type, container, well, ticks.length)}>
                  {ticks.map(({ atMs, result, output }) => (
                    <i
                      key={atMs}
                      className={result}
                      title={`${new Date(atMs).toISOString().slice(11, 19)} ${words.results[result]} ${output}`.trim()}
                    />
                  ))}
                </span>
                {ticks.length === 0 && <span className="count">{words.notAsked}</span>}
                {last !== undefined && last.output !== '' && <p>{last.output}</p>}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

/** Of a Pod that has probes, what its kubelet says of them. */
function useHistories(pod: Pod): readonly ProbeHistory[] {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const isProbed = [...containers, ...initContainers].some(
    ({ startupProbe, readinessProbe, livenessProbe }) => startupProbe ?? readinessProbe ?? livenessProbe,
  );
  const [histories, setHistories] = useState<readonly ProbeHistory[]>(NONE);
  const tell = useCallback(
    (answer: PodLifecycle | undefined) =>
      setHistories((before) => {
        const probes = answer?.probes ?? NONE;
        return isSame(before, probes) ? before : probes;
      }),
    [],
  );
  useLifecycle(isProbed ? pod : undefined, EVERY_MS, tell);
  return isProbed ? histories : NONE;
}

const NONE: readonly ProbeHistory[] = [];

/** Nobody was asked in between. */
const isSame = (before: readonly ProbeHistory[], now: readonly ProbeHistory[]): boolean =>
  before.length === now.length && now.every(({ ticks }, at) => ticks.at(-1)?.atMs === before[at]?.ticks.at(-1)?.atMs);

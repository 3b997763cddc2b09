import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { MachineChart, PodLifecycle } from '@tabernetes/worker/connect';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { backOffOf, countdownText } from '../model/back-off.ts';
import { useCluster } from '../world/hooks.ts';
import { useNow } from '../world/use-now.ts';
import { chartLayout, STATE } from './chart-layout.ts';
import { useLifecycle } from './use-lifecycle.ts';

/** How often the kubelet is asked while one looks, in milliseconds. */
const EVERY_MS = 100;
/** Steps of a history that are shown. */
const STEPS = 12;

interface Step {
  readonly state: string;
  readonly atMs: number;
}
/** The path of each machine since the tab was opened: `pod`, or `container/…`. */
type Paths = ReadonlyMap<string, readonly Step[]>;

/** The machines that a kubelet runs for this Pod: the live state lit, the way to it with times. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function States({ object }: { readonly object: KubeObject }) {
  const pod = object as Pod;
  const { states: words } = useMessages();
  const charts = useCharts();
  const paths = usePaths(pod);
  const backOff = backOffOf(pod);
  const now = useNow(backOff !== undefined);
  if (pod.spec?.nodeName === undefined) return <p className="hint">{words.noNode}</p>;
  if (charts === undefined || paths === undefined) return <p className="hint">{words.asking}</p>;
  if (paths.size === 0) return <p className="hint">{words.unknown(pod.spec.nodeName)}</p>;
  return (
    <div className="states">
      {[...paths].map(([id, path]) => {
        const container = id === 'pod' ? undefined : id.slice(id.indexOf('/') + 1);
        const waits = backOff !== undefined && backOff.container === container && backOff.endsMs > now;
        return (
          <figure key={id}>
            <figcaption>
              <b>{container ?? 'Pod'}</b> <span className="word running">{path.at(-1)?.state}</span>
              {waits && (
                <span className="word backoff number">
                  {' '}
                  {words.beforeRestart(countdownText(backOff.endsMs, now), backOff.restart)}
                </span>
              )}
            </figcaption>
            <Chart chart={container === undefined ? charts.pod : charts.container} path={path} />
            <ol className="path">
              {path.slice(-STEPS).map(({ state, atMs }) => (
                <li key={`${atMs} ${state}`}>
                  <time>{new Date(atMs).toISOString().slice(11, 23)}</time> {state}
                </li>
              ))}
            </ol>
          </figure>
        );
      })}
    </div>
  );
}

function Chart({ chart, path }: { readonly chart: MachineChart; readonly path: readonly Step[] }) {
  const { width, height, states, edges } = useMemo(() => chartLayout(chart), [chart]);
  const live = path.at(-1)?.state ?? '';
  const been = new Set(path.map(({ state }) => state));
  const taken = new Set(path.map(({ state }, at) => `${path[at - 1]?.state ?? ''} ${state}`));
  return (
    <svg viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: width }} role="img" aria-label={`${chart.id}: ${live}`}>
      <defs>
        <marker
          id={`arrow-${chart.id}`}
          viewBox="0 0 6 6"
          refX="6"
          refY="3"
          markerWidth="6"
          markerHeight="6"
          orient="auto"
        >
          <path d="M0 0L6 3L0 6z" />
        </marker>
      </defs>
      {edges.map(({ from, to, events, path: line }) => (
        <path
          key={`${from} ${to}`}
          d={line}
          className={taken.has(`${from} ${to}`) ? 'line taken' : 'line'}
          markerEnd={`url(#arrow-${chart.id})`}
        >
          <title>{`${from} → ${to}: ${events}`}</title>
        </path>
      ))}
      {states.map(({ name, isFinal, x, y }) => (
        <g
          key={name}
          className={`state${name === live ? ' live' : been.has(name) ? ' been' : ''}`}
          transform={`translate(${x} ${y})`}
        >
          <rect
            x={-STATE.width / 2}
            y={-STATE.height / 2}
            width={STATE.width}
            height={STATE.height}
            rx={isFinal ? 2 : 12}
          />
          <text textAnchor="middle" dominantBaseline="central">
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}

function useCharts(): { readonly pod: MachineChart; readonly container: MachineChart } | undefined {
  const { host } = useCluster();
  const [charts, setCharts] = useState<{ readonly pod: MachineChart; readonly container: MachineChart }>();
  useEffect(() => void host.charts().then(setCharts), [host]);
  return charts;
}

/** Between two answers a machine may have gone through more than one state. */
function usePaths(pod: Pod): Paths | undefined {
  const { world } = useCluster();
  const [paths, setPaths] = useState<Paths>();
  const tell = useCallback(
    (answer: PodLifecycle | undefined, isFirst: boolean) =>
      setPaths((known) => {
        const before = (isFirst ? undefined : known) ?? NONE;
        return answer === undefined ? before : withStates(before, answer, world.now());
      }),
    [world],
  );
  useLifecycle(pod, EVERY_MS, tell);
  return paths;
}

const NONE: Paths = new Map();

/** The same paths when no machine has moved. */
function withStates(before: Paths, { pod, containers }: PodLifecycle, atMs: number): Paths {
  const now: readonly (readonly [string, string])[] = [
    ['pod', pod],
    ...Object.entries(containers).map(([name, state]) => [`container/${name}`, state] as const),
  ];
  if (now.every(([id, state]) => before.get(id)?.at(-1)?.state === state)) return before;
  const next = new Map(before);
  for (const [id, state] of now) {
    const path = next.get(id) ?? [];
    if (path.at(-1)?.state !== state) next.set(id, [...path, { state, atMs }]);
  }
  return next;
}

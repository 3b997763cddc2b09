import type { Pod } from '@tabernetes/api/types/core-v1';
import { useEffect, useRef, useState } from 'react';
import { LogBook, type LogLine } from '../model/log-book.ts';
import { useCluster } from '../world/hooks.ts';

/** Lines of each container that are asked for at first. */
const TAIL = 500;
/** How often what came is drawn, in milliseconds. */
const DRAW_MS = 100;

/** One container whose log is read. */
export interface LogSource {
  /** `namespace/pod/container`: what its lines carry. */
  readonly id: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Another start is another log. */
  readonly start: string;
}

/** The containers of these Pods; `only`: those of this name. */
export function sourcesOf(pods: readonly Pod[], only: string): readonly LogSource[] {
  return pods.flatMap(({ metadata: { name = '', namespace = '', uid = '' }, spec, status }) => {
    const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
      .filter((container) => only === '' || container.name === only)
      .map((container) => {
        const { restartCount = 0, state } = states.find((each) => each.name === container.name) ?? {};
        const start = `${uid} ${restartCount} ${state?.waiting === undefined}`;
        return { id: `${namespace}/${name}/${container.name}`, namespace, pod: name, container: container.name, start };
      });
  });
}

/** Lines of all sources as they come, and what the server says of those that have none. */
export function useLogs(sources: readonly LogSource[]): {
  readonly lines: readonly LogLine[];
  readonly refusals: readonly string[];
} {
  const { stream } = useCluster();
  const [, draw] = useState(0);
  const book = useRef(new LogBook());
  const open = useRef(new Map<string, { readonly start: string; readonly close: () => void }>());
  const refusals = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const drawSoon = (): void => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        draw((round) => round + 1);
      }, DRAW_MS);
    };
    const wanted = new Map(sources.map((source) => [source.id, source]));
    for (const [id, { start, close }] of open.current) {
      if (wanted.get(id)?.start === start) continue;
      close();
      open.current.delete(id);
      refusals.current.delete(id);
      drawSoon();
    }
    for (const { id, namespace, pod, container, start } of sources) {
      if (open.current.has(id)) continue;
      const sinceTime = book.current.resume(id);
      const close = stream(
        {
          method: 'GET',
          path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
          query: {
            container,
            follow: 'true',
            timestamps: 'true',
            ...(sinceTime === undefined ? { tailLines: String(TAIL) } : { sinceTime }),
          },
        },
        {
          onText(text) {
            book.current.add(id, text);
            drawSoon();
          },
          onEnd(status, message) {
            if (status < 300) return;
            refusals.current.set(id, message);
            drawSoon();
          },
        },
      );
      open.current.set(id, { start, close });
    }
  }, [stream, sources]);

  useEffect(() => {
    const { current } = open;
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      for (const { close } of current.values()) close();
      current.clear();
    };
  }, []);

  const ids = new Set(sources.map(({ id }) => id));
  const { lines } = book.current;
  return {
    lines: lines.every(({ source }) => ids.has(source)) ? lines : lines.filter(({ source }) => ids.has(source)),
    refusals: [...refusals.current.values()],
  };
}

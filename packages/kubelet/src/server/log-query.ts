import type { LogStreamOptions } from './log-stream.ts';

/** PodLogOptions of a query, or why there are none. */
export type LogQuery = (LogStreamOptions & { readonly previous: boolean }) | 'undecodable' | 'invalid';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/server/server.go getContainerLogs */
export function logQuery(query: Readonly<Record<string, string>>): LogQuery {
  const numbers = { sinceSeconds: 1, tailLines: 0, limitBytes: 1 };
  const options: Partial<Record<keyof typeof numbers, number>> = {};
  for (const [name, least] of Object.entries(numbers) as [keyof typeof numbers, number][]) {
    const written = query[name];
    if (written === undefined) continue;
    if (!/^[-+]?\d+$/.test(written)) return 'undecodable';
    if (Number(written) < least) return 'invalid';
    options[name] = Number(written);
  }
  const { sinceTime } = query;
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) return 'undecodable';
  if (sinceTime !== undefined && options.sinceSeconds !== undefined) return 'invalid';
  return {
    follow: isSet(query['follow']),
    previous: isSet(query['previous']),
    timestamps: isSet(query['timestamps']),
    ...options,
    ...(sinceTime !== undefined && { sinceTime }),
  };
}

/** @see k8s.io/apimachinery/pkg/runtime Convert_Slice_string_To_bool */
const isSet = (text: string | undefined): boolean =>
  text !== undefined && text !== '0' && text.toLowerCase() !== 'false';

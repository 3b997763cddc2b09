import type { ApiResponse } from '@tabernetes/apimachinery';
import type { Cluster } from '@tabernetes/cluster';
import type { PageAnswer, PageRequest } from '../page-protocol.ts';

/** Asks the API of a cluster what a page asks. A text is YAML, anything else is sent as JSON. */
export function fetchPage(
  cluster: Cluster,
  { method, path, query = {}, headers = {}, body }: PageRequest,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const search = new URLSearchParams(query).toString();
  const isText = typeof body === 'string';
  return cluster.fetch(
    new Request(`https://kubernetes${path}${search === '' ? '' : `?${search}`}`, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': isText ? 'application/yaml' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    }),
  );
}

/** An answer as the page gets it, read to its end. */
export async function answerOf(response: Response): Promise<PageAnswer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    warnings: warningTexts(response.headers.get('warning')),
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

/** Reading leaves no trace, and neither does asking what writing would do. */
export const mayWrite = ({ method, query }: PageRequest): boolean =>
  method !== 'GET' && query?.['dryRun'] === undefined;

/** `299 - "first", 299 - "second"` */
function warningTexts(header: string | null): NonNullable<ApiResponse['warnings']> {
  if (header === null) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}

import type { Cluster } from '@tabernetes/cluster';

/** What the API answered over HTTP. */
export interface Answer {
  readonly code: number;
  /** The object, or the Status of a refusal. */
  readonly object: AnswerObject;
}

export interface AnswerObject {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly [member: string]: unknown;
}

/** Sends a request with a JSON body to the cluster, as its administrator. */
export async function ask(
  cluster: Cluster,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<Answer> {
  const response = await cluster.fetch(
    new Request(`https://cluster${path}`, {
      method,
      headers: { 'content-type': contentType },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  return { code: response.status, object: (await response.json()) as AnswerObject };
}

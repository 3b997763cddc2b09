import type { Cluster } from '@tabernetes/cluster';

/** Any object, as its manifest has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** An object that the server has, and where. */
export interface Stored {
  readonly path: string;
  readonly object: Manifest;
}

/** What the server says to a request; `refusal` is the message of its Status. */
export async function ask<T>(
  cluster: Cluster,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly value: T } | { readonly refusal: string }> {
  const response = await cluster.fetch(
    new Request(`https://cluster${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }),
  );
  if (response.ok) return { value: (await response.json()) as T };
  const text = await response.text();
  // What is not served at all is refused in plain text.
  return { refusal: text.startsWith('{') ? (JSON.parse(text) as { readonly message: string }).message : text.trim() };
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Makes an object as `kubectl create` does: strictly, in its namespace or `default`. */
export async function create(cluster: Cluster, object: Manifest): Promise<Stored | { readonly refusal: string }> {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string') return { refusal: 'apiVersion not set' };
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const served = await ask<{ readonly resources: readonly Resource[] }>(cluster, 'GET', root);
  const resource =
    'value' in served
      ? served.value.resources.find((each) => each.kind === kind && !each.name.includes('/'))
      : undefined;
  if (resource === undefined) return { refusal: `no matches for kind "${kind}" in version "${apiVersion}"` };
  const namespace = object.metadata.namespace ?? 'default';
  const folder = resource.namespaced ? `${root}/namespaces/${namespace}/${resource.name}` : `${root}/${resource.name}`;
  const made = await ask<Manifest>(cluster, 'POST', `${folder}?fieldValidation=Strict`, object);
  return 'refusal' in made ? made : { path: `${folder}/${made.value.metadata.name}`, object: made.value };
}

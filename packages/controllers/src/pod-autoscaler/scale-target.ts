import { builtinKinds } from '@tabernetes/api';
import type { HorizontalPodAutoscaler } from '@tabernetes/api/types/autoscaling-v2';
import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import { type Client, type ResourceReference, resourcePath } from '@tabernetes/client';

/** What the `scale` sub-resource answers. */
export type Scale = KubeObject & {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
};

/** Something that has a size, to be read and set. */
export interface ScaleTarget {
  readonly scale: Scale;
  /** @throws {StatusError} */
  resize(replicas: number, signal: AbortSignal): Promise<void>;
}

/** There is no such scale; the message is for the condition. */
export class NoScale extends Error {
  override readonly name = 'NoScale';
}

/**
 * Finds what an autoscaler scales.
 * @throws {NoScale}
 */
export async function scaleTarget(
  client: Client,
  { metadata, spec }: HorizontalPodAutoscaler,
  signal: AbortSignal,
): Promise<ScaleTarget> {
  const { apiVersion = '', kind = '', name = '' } = spec?.scaleTargetRef ?? {};
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw new NoScale(`unexpected GroupVersion string: ${apiVersion}`);
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const reference = await mapping(client, group, kind, signal);
  if (reference === undefined) throw new NoScale(`no matches for kind "${kind}" in group "${group}"`);
  const path = resourcePath(reference, metadata.namespace, name, 'scale');
  try {
    const { body } = await client.request({ method: 'GET', path, signal });
    const scale = (body.kind === 'object' ? body.object : {}) as Scale;
    return {
      scale,
      async resize(replicas) {
        const object = { ...scale, spec: { ...scale.spec, replicas } };
        const headers = { 'content-type': 'application/json' };
        await client.request({ method: 'PUT', path, headers, body: { kind: 'object', object }, signal });
      },
    };
  } catch (error) {
    if (error instanceof StatusError) throw new NoScale(error.message);
    throw error;
  }
}

/** What Go's client says of a refusal: an answer that is no Status is told in its own words. */
export function messageOf(error: StatusError, what: string): string {
  if (error.code === 404 && (error.reason === '' || error.status.details?.kind === undefined))
    return `the server could not find the requested resource (${what})`;
  return error.message;
}

/** Where a kind is served, in whatever version the server prefers. */
async function mapping(
  client: Client,
  group: string,
  kind: string,
  signal: AbortSignal,
): Promise<ResourceReference | undefined> {
  const known = builtinKinds.find((k) => k.group === group && k.kind === kind && k.storedAs === undefined);
  if (known !== undefined) return known;
  if (group === '') return undefined;
  const read = async (path: string): Promise<unknown> => {
    const { body } = await client.request({ method: 'GET', path, signal });
    return body.kind === 'object' ? body.object : undefined;
  };
  try {
    const found = (await read(`/apis/${group}`)) as { readonly preferredVersion?: { readonly version: string } };
    const version = found.preferredVersion?.version ?? '';
    const { resources = [] } = (await read(`/apis/${group}/${version}`)) as {
      readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
    };
    const resource = resources.find((r) => r.kind === kind && !r.name.includes('/'));
    return resource && { group, version, kind, plural: resource.name, namespaced: resource.namespaced };
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

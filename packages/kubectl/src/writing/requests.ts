import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { type Info, pathOf } from '../resources/info.ts';
import type { DryRun } from './dry-run.ts';

/** How a write is sent. */
export interface WriteOptions {
  readonly dryRun: DryRun;
  /** Default: the flag `--field-manager`, if the command has one. */
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly force?: boolean;
  readonly subresource?: string;
}

/** Of patches by their content type. */
export const PATCH_TYPES = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
export type PatchType = keyof typeof PATCH_TYPES;

/** POSTs the object of the info. @throws {StatusError} */
export async function createInfo(context: CommandContext, info: Info, options: WriteOptions): Promise<Info> {
  const { resource, namespace, object } = info;
  if (resource === undefined || object === undefined) throw new Error('an object without a type cannot be created');
  // A file that was saved from a live object can be created again.
  const body = object.metadata?.resourceVersion ? withoutVersion(object) : object;
  return answered(
    info,
    await context.api().object<KubeObject>('POST', pathOf(resource, namespace), {
      body,
      query: queryOf(context, options),
    }),
  );
}

/** PATCHes. `patch` is an object, or the text of the patch as somebody wrote it. @throws {StatusError} */
export async function patchInfo(
  context: CommandContext,
  info: Info,
  type: PatchType,
  patch: unknown,
  options: WriteOptions,
): Promise<Info> {
  const { resource, namespace, name } = info;
  if (resource === undefined) throw new Error('an object without a type cannot be patched');
  const object = await context
    .api()
    .object<KubeObject>('PATCH', pathOf(resource, namespace, name, options.subresource ?? info.subresource), {
      body: typeof patch === 'string' ? new TextEncoder().encode(patch) : patch,
      contentType: PATCH_TYPES[type],
      query: { ...queryOf(context, options), ...(options.force !== undefined && { force: String(options.force) }) },
    });
  return answered(info, object);
}

/** PUTs the object of the info; without a resourceVersion, over the newest one. @throws {StatusError} */
export async function replaceInfo(context: CommandContext, info: Info, options: WriteOptions): Promise<Info> {
  const { resource, namespace, name, object } = info;
  if (resource === undefined || object === undefined) throw new Error('an object without a type cannot be replaced');
  const path = pathOf(resource, namespace, name, options.subresource ?? info.subresource);
  const put = (body: KubeObject): Promise<KubeObject> =>
    context.api().object<KubeObject>('PUT', path, { body, query: queryOf(context, options) });
  if (object.metadata?.resourceVersion) return answered(info, await put(object));
  let current: KubeObject;
  try {
    current = await context.api().object<KubeObject>('GET', path);
  } catch {
    // Whatever is wrong, the write itself says it better.
    return answered(info, await put(object));
  }
  const { resourceVersion } = current.metadata;
  return answered(
    info,
    await put({ ...object, metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) } }),
  );
}

export interface DeleteOptions {
  /** Seconds; negative: the server decides. */
  readonly gracePeriodSeconds: number;
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun: DryRun;
}

/** DELETEs; resolves with the object or Status that came back. @throws {StatusError} */
export async function deleteInfo(
  context: CommandContext,
  { resource, namespace, name }: Pick<Info, 'resource' | 'namespace' | 'name'>,
  { gracePeriodSeconds, propagationPolicy, dryRun }: DeleteOptions,
): Promise<KubeObject> {
  if (resource === undefined) throw new Error('an object without a type cannot be deleted');
  return context.api().object<KubeObject>('DELETE', pathOf(resource, namespace, name), {
    body: {
      ...(gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
      propagationPolicy,
      ...(dryRun === 'server' && { dryRun: ['All'] }),
    },
  });
}

function queryOf(context: CommandContext, options: WriteOptions): Record<string, string> {
  const manager =
    options.fieldManager ?? (context.flags.has('field-manager') ? context.flags.string('field-manager') : '');
  return {
    ...(options.dryRun === 'server' && { dryRun: 'All' }),
    ...(manager !== '' && { fieldManager: manager }),
    ...(options.fieldValidation !== undefined && { fieldValidation: options.fieldValidation }),
  };
}

/** The info of the object that came back. */
function answered(info: Info, object: KubeObject): Info {
  const { name = '', namespace = '' } = object.metadata ?? {};
  return { ...info, object, name: name || info.name, namespace: namespace || info.namespace };
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

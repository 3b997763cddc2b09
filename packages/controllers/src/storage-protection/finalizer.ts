import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { ResourceClient } from '@tabernetes/client';

/** Puts one finalizer on an object, if it is not there: admission does so, but somebody may have taken it off. */
export async function addFinalizer<T extends KubeObject>(
  resource: ResourceClient<T>,
  object: T,
  finalizer: string,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(finalizer)) return;
  const metadata = { ...object.metadata, finalizers: [...finalizers, finalizer] };
  await resource.update({ ...object, metadata }, { signal });
}

/** Takes one finalizer off an object, if it is there. An object that is gone by then needs none. */
export async function dropFinalizer<T extends KubeObject>(
  resource: ResourceClient<T>,
  object: T,
  finalizer: string,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) return;
  const metadata = { ...object.metadata, finalizers: finalizers.filter((f) => f !== finalizer) };
  await resource.update({ ...object, metadata }, { signal }).catch((error) => {
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
  });
}

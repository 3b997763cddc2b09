import { isNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { Aggregate } from '../errors.ts';
import { type Info, pathOf } from '../resources/info.ts';
import { asInformer, informerList, informerWatch, watchUntil } from '../watching/watch-until.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/** An object that is to disappear: the UID that was deleted, when the server told of it. */
export interface Gone {
  readonly info: Info;
  readonly uid: string | undefined;
}

/**
 * Waits until objects are gone, or are others under the same name. 0 waits for a week. Who may not look does not wait.
 *
 * @throws {Error} `timed out waiting for the condition on pods/web`
 */
export async function waitUntilGone(context: CommandContext, all: readonly Gone[], timeoutMs: number): Promise<void> {
  const { clock } = context;
  const endMs = clock.now() + (timeoutMs === 0 ? WEEK_MS : timeoutMs);
  const errors: unknown[] = [];
  for (const gone of all) {
    try {
      await untilGone(context, gone, endMs);
    } catch (error) {
      errors.push(error);
    }
  }
  const [first] = errors;
  if (errors.length > 1) throw new Aggregate(errors);
  if (first instanceof StatusError && ['Forbidden', 'MethodNotAllowed'].includes(first.reason)) return;
  if (first !== undefined) throw first;
}

interface ListAnswer {
  readonly metadata: { readonly resourceVersion?: string };
  readonly items?: readonly KubeObject[];
}

async function untilGone(context: CommandContext, { info, uid }: Gone, endMs: number): Promise<void> {
  const { resource, namespace, name } = info;
  if (resource === undefined || name === '') return;
  const { process, clock, api } = context;
  const path = pathOf(resource, namespace);
  const fieldSelector = `metadata.name=${name}`;
  const timedOut = (): Error => new Error(`timed out waiting for the condition on ${resource.name}/${name}`);
  try {
    const object = await api().object<KubeObject>('GET', pathOf(resource, namespace, name));
    if (uid !== undefined && object.metadata.uid !== uid) return;
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  await asInformer(context, async () => {
    for (;;) {
      const list = await informerList<ListAnswer>(context, path, { fieldSelector });
      const [item] = list.items ?? [];
      if (item === undefined || (uid !== undefined && item.metadata.uid !== uid)) return;
      const leftMs = endMs - clock.now();
      if (leftMs <= 0) throw timedOut();
      const event = await watchUntil(context, path, {
        query: { fieldSelector, ...informerWatch(process.rng, list.metadata.resourceVersion ?? '0') },
        timeoutMs: leftMs,
        isMet: ({ type }) => type === 'DELETED',
      });
      if (event !== undefined) return;
      if (clock.now() >= endMs) throw timedOut();
    }
  });
}

/** `background`, `orphan`, `foreground`, and the old true and false. @throws {Error} */
export function cascadeOf({ flags, err }: CommandContext): 'Background' | 'Foreground' | 'Orphan' {
  const text = flags.string('cascade');
  switch (text) {
    case 'orphan':
      return 'Orphan';
    case 'foreground':
      return 'Foreground';
    case 'background':
      return 'Background';
  }
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) {
    err.write(
      `warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=background.\n`,
    );
    return 'Background';
  }
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) {
    err.write(`warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=orphan.\n`);
    return 'Orphan';
  }
  throw new Error(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
}

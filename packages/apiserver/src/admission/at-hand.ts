import type { KubeObject } from '@tabernetes/apimachinery';
import type { ServerReader } from '../server-reader.ts';

type Kind = { readonly group: string; readonly plural: string };
type Done = void | Promise<void>;

/*
 * Most of what plugins read is at hand: what they do with it is done at once, and the request waits for no turn of the queue.
 */

/**
 * Uses an object of a kind that is written seldom.
 * @param subject handed to `use`, which so can be one function for all requests
 */
export function withObject<S>(
  reader: ServerReader,
  kind: Kind,
  namespace: string,
  name: string,
  subject: S,
  use: (object: KubeObject | undefined, subject: S) => Done,
): Done {
  const now = reader.getNow(kind, namespace, name);
  if (now !== undefined) return use(now.object, subject);
  return reader.getKept(kind, namespace, name).then((object) => use(object, subject));
}

/** Uses a list, in the same way; `namespace` empty: all there are. */
export function withList<S>(
  reader: ServerReader,
  kind: Kind,
  namespace: string,
  subject: S,
  use: (objects: readonly KubeObject[], subject: S) => Done,
): Done {
  const now = reader.listNow(kind, namespace);
  if (now !== undefined) return use(now, subject);
  return reader.list(kind, namespace).then((objects) => use(objects, subject));
}

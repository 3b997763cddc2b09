import type { KubeObject } from '@tabernetes/apimachinery';
import type { ServerReader } from '../server-reader.ts';

type Kind = { readonly group: string; readonly plural: string };
type Done = void | Promise<void>;

/*
 * Most of what plugins read is at hand: what they do with it is done at once, and the request waits for no turn of the queue.
 */

/** Uses an object of a kind that is written seldom. */
export function withObject(
  reader: ServerReader,
  kind: Kind,
  namespace: string,
  name: string,
  use: (object: KubeObject | undefined) => Done,
): Done {
  const now = reader.getNow(kind, namespace, name);
  return now === undefined ? reader.getKept(kind, namespace, name).then(use) : use(now.object);
}

/** Uses a list; `namespace` empty: all there are. */
export function withList(
  reader: ServerReader,
  kind: Kind,
  namespace: string,
  use: (objects: readonly KubeObject[]) => Done,
): Done {
  const now = reader.listNow(kind, namespace);
  return now === undefined ? reader.list(kind, namespace).then(use) : use(now);
}

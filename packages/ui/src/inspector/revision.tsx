import { encodeYaml, type KubeObject } from '@tabernetes/apimachinery';
import type { PageAnswer, WorldWrite } from '@tabernetes/worker/connect';
import { useEffect, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { errorText } from '../model/error-text.ts';
import { changedLines } from '../model/line-diff.ts';
import { useCluster } from '../world/hooks.ts';
import { listPath, useResources } from '../world/resources.ts';

/** An object as a write left it, from the store's history; lines that the write changed stand out. */
export function Revision({ write: { kind, namespace, name, revision, verb } }: { readonly write: WorldWrite }) {
  const { host } = useCluster();
  const { why: words, inspector } = useMessages();
  const resource = useResources().find((each) => each.kind === kind);
  const [told, setTold] = useState<readonly [before: string, after: string] | string>(inspector.asking);
  useEffect(() => {
    if (resource === undefined) return undefined;
    let isOver = false;
    const at = async (version: number): Promise<PageAnswer> =>
      host.request({
        method: 'GET',
        path: listPath(resource, namespace),
        query: {
          fieldSelector: `metadata.name=${name}`,
          resourceVersion: String(version),
          resourceVersionMatch: 'Exact',
        },
      });
    const tell = (answer: typeof told): void => {
      if (!isOver) setTold(answer);
    };
    Promise.all([at(revision - 1), at(revision)])
      .then(([before, after]) => {
        // Of what was compacted, nobody knows what it was.
        const isKnown = after.status === 200 && (before.status === 200 || verb === 'create');
        tell(isKnown ? [textOf(before), textOf(after)] : words.compacted);
      })
      .catch((error: unknown) => tell(errorText(error)));
    return () => {
      isOver = true;
    };
  }, [host, resource, namespace, name, revision, verb, words]);
  if (typeof told === 'string') return <p className="hint">{told}</p>;
  const [before, after] = told.map((text) => text.trimEnd().split('\n'));
  const lines = after ?? [];
  const changed = verb === 'create' ? new Set<number>() : changedLines(before ?? [], lines);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <section className="revision" aria-label={words.revision(revision)} tabIndex={0}>
      <pre className="yaml">
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change.
          <span key={at} className={changed.has(at) ? 'line changed' : 'line'}>{`${line}\n`}</span>
        ))}
      </pre>
    </section>
  );
}

/** The first object of a list, without who set what. */
function textOf({ body }: PageAnswer): string {
  const [object] = (body as { readonly items?: readonly KubeObject[] } | null)?.items ?? [];
  if (object === undefined) return '';
  const { managedFields, ...metadata } = object.metadata;
  return encodeYaml({ ...object, metadata });
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { Explanation } from '@tabernetes/worker/connect';
import { useEffect, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useCluster } from '../world/hooks.ts';

/** Nodes that are shown; the best are the first. */
const SHOWN = 100;

/** The scheduler's last decision about a Pod: nodes by plugins, refusals with their reasons, scores with their weights. */
export function Scheduling({ object }: { readonly object: KubeObject }) {
  const { host } = useCluster();
  const { name = '', namespace = '' } = object.metadata;
  const [told, setTold] = useState<Explanation | 'nothing'>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the Pod changes there may be another decision.
  useEffect(() => {
    let isOver = false;
    void host.explain(namespace, name).then((answer) => {
      if (!isOver) setTold(answer ?? 'nothing');
    });
    return () => {
      isOver = true;
    };
  }, [host, namespace, name, object]);
  if (told === undefined) return <p className="hint">The scheduler is asked.</p>;
  if (told === 'nothing')
    return (
      <p className="hint">
        The scheduler has decided nothing about it: it was bound otherwise, before this cluster was restored, or too
        long ago.
      </p>
    );
  return <Decision told={told} />;
}

function Decision({ told }: { readonly told: Explanation }) {
  const { select } = useSelection();
  const { outcome, nodeName, message, nodes, best = [], victims = [], nominatedNodeName, refusedBy, atMs } = told;
  const plugins = [...new Set(nodes.flatMap(({ scores = [] }) => scores.map(({ plugin }) => plugin)))];
  const refused = nodes.filter((node) => node.refusedBy !== undefined);
  return (
    <div className="scheduling">
      <p>
        {outcome === 'scheduled' ? (
          <>
            <b className="word ready">{nodeName}</b> was chosen
            {best.length > 1 ? ` by chance among ${best.length} nodes with the best score.` : '.'}
          </>
        ) : (
          <span className="word unschedulable">{message}</span>
        )}{' '}
        <time className="count">{new Date(atMs).toISOString().slice(11, 23)}</time>
      </p>
      {refusedBy !== undefined && (
        <p>
          <b>{refusedBy.plugin}</b> refuses it on every node: {refusedBy.reasons.join(', ')}.
        </p>
      )}
      {victims.length > 0 && (
        <p>
          {nominatedNodeName} is kept for it; these must go first: {victims.join(', ')}.
        </p>
      )}
      {outcome !== 'scheduled' && refused.length > 0 && <Advice told={told} />}
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th>Node</th>
              {plugins.length > 0 && <th className="number">Total</th>}
              {plugins.map((plugin) => (
                <th key={plugin} className="number" title={plugin}>
                  {shortName(plugin)}
                </th>
              ))}
              {refused.length > 0 && <th>Refused by</th>}
            </tr>
          </thead>
          <tbody>
            {nodes.slice(0, SHOWN).map(({ node, scores = [], total, refusedBy: no }) => (
              <tr key={node} className={node === nodeName ? 'selected' : ''}>
                <td>
                  <button type="button" onClick={() => select({ kind: 'Node', namespace: '', name: node })}>
                    {node === nodeName && <span aria-hidden="true">✓ </span>}
                    {node}
                  </button>
                </td>
                {plugins.length > 0 && <td className="number">{total ?? ''}</td>}
                {plugins.map((plugin) => {
                  const score = scores.find((each) => each.plugin === plugin);
                  return (
                    <td key={plugin} className="number" title={score && `${score.score} × weight ${score.weight}`}>
                      {score && (score.weight === 1 ? score.score : `${score.score}×${score.weight}`)}
                    </td>
                  );
                })}
                {refused.length > 0 && (
                  <td className="refusal">
                    {no && (
                      <>
                        <b>{no.plugin}</b> {no.reasons.join(', ')}
                      </>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {nodes.length > SHOWN && <p className="count">and {nodes.length - SHOWN} more nodes</p>}
    </div>
  );
}

/** What would have to change. */
function Advice({ told: { nodes, victims = [] } }: { readonly told: Explanation }) {
  if (victims.length > 0) return null;
  const isHopeless = nodes.every((node) => node.refusedBy?.preemptionMayHelp === false);
  return (
    <p className="advice">
      {isHopeless
        ? 'Not even an empty node would do: the Pod or the nodes must change.'
        : 'No Pod of lower priority can make room: ask for less, add a node, or let others go.'}
    </p>
  );
}

/** What is left of a plugin's name in a narrow column; it may be broken before each word. */
const shortName = (plugin: string): string =>
  plugin
    .replace(/^(NodeResources|Node|Pod|Inter)/, '')
    .replace(/Allocation$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '\u200b');

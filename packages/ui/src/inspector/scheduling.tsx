import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Explanation } from '@tabernetes/worker/connect';
import { useEffect, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { shortageOf } from '../model/requests.ts';
import { useCluster, useKind } from '../world/hooks.ts';

/** Nodes that are shown; the best are the first. */
const SHOWN = 100;

/** The scheduler's last decision about a Pod: nodes by plugins, refusals with their reasons, scores with their weights. */
export function Scheduling({ object }: { readonly object: KubeObject }) {
  const { host } = useCluster();
  const { scheduling: words } = useMessages();
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
  if (told === undefined) return <p className="hint">{words.asking}</p>;
  if (told === 'nothing') return <p className="hint">{words.nothing}</p>;
  return <Decision told={told} pod={object as Pod} />;
}

function Decision({ told, pod }: { readonly told: Explanation; readonly pod: Pod }) {
  const { select } = useSelection();
  const { world } = useCluster();
  const pods = useKind<Pod>('Pod');
  const { scheduling: words } = useMessages();
  const { outcome, nodeName, message, nodes, best = [], victims = [], nominatedNodeName, refusedBy, atMs } = told;
  const plugins = [...new Set(nodes.flatMap(({ scores = [] }) => scores.map(({ plugin }) => plugin)))];
  const refused = nodes.filter((node) => node.refusedBy !== undefined);
  return (
    <div className="scheduling">
      <p>
        {outcome === 'scheduled' ? (
          <>
            <b className="word ready">{nodeName}</b>{' '}
            {best.length > 1 ? words.chosenByChance(best.length) : words.chosen}
          </>
        ) : (
          <span className="word unschedulable">{message}</span>
        )}{' '}
        <time className="count">{new Date(atMs).toISOString().slice(11, 23)}</time>
      </p>
      {refusedBy !== undefined && (
        <p>
          <b>{refusedBy.plugin}</b> {words.refusesEverywhere(refusedBy.reasons.join(', '))}
        </p>
      )}
      {victims.length > 0 && <p>{words.nominated(nominatedNodeName ?? '', victims.join(', '))}</p>}
      {outcome !== 'scheduled' && refused.length > 0 && <Advice told={told} />}
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th>{words.node}</th>
              {plugins.length > 0 && <th className="number">{words.total}</th>}
              {plugins.map((plugin) => (
                <th key={plugin} className="number" title={plugin}>
                  {shortName(plugin)}
                </th>
              ))}
              {refused.length > 0 && <th>{words.refusedBy}</th>}
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
                    <td key={plugin} className="number" title={score && words.weighed(score.score, score.weight)}>
                      {score && (score.weight === 1 ? score.score : `${score.score}×${score.weight}`)}
                    </td>
                  );
                })}
                {refused.length > 0 && (
                  <td className="refusal">
                    {no && (
                      <>
                        <b>{no.plugin}</b>{' '}
                        {no.reasons.map((reason) => {
                          const on = world.find('Node', '', node);
                          const shortage = on && shortageOf(reason, pod, on as Node, pods);
                          return (
                            <span key={reason} className="reason">
                              {reason} {shortage && <span className="count">{words.shortage(shortage)}</span>}
                            </span>
                          );
                        })}
                      </>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {nodes.length > SHOWN && <p className="count">{words.moreNodes(nodes.length - SHOWN)}</p>}
    </div>
  );
}

/** What would have to change. */
function Advice({ told: { nodes, victims = [] } }: { readonly told: Explanation }) {
  const { scheduling: words } = useMessages();
  if (victims.length > 0) return null;
  const isHopeless = nodes.every((node) => node.refusedBy?.preemptionMayHelp === false);
  return <p className="advice">{isHopeless ? words.hopeless : words.noVictims}</p>;
}

/** What is left of a plugin's name in a narrow column; it may be broken before each word. */
const shortName = (plugin: string): string =>
  plugin
    .replace(/^(NodeResources|Node|Pod|Inter)/, '')
    .replace(/Allocation$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '\u200b');

import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { memo, useMemo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { amountOf } from '../model/quantity-text.ts';
import { useKind } from '../world/hooks.ts';
import { PodTile } from './pod-tile.tsx';

/** Nodes as boxes that their Pods fill; Pods that have no node wait in a tray above. */
export function ClusterView({ namespace, filter }: { readonly namespace: string; readonly filter: string }) {
  const nodes = useKind<Node>('Node');
  const pods = useKind<Pod>('Pod');
  const { byNode, waiting } = useMemo(() => placed(pods, namespace, filter), [pods, namespace, filter]);
  return (
    <section className="cluster" aria-label="Cluster">
      {waiting.length > 0 && (
        <div className="tray">
          <h3>
            Waiting for a node <span className="count">{waiting.length}</span>
          </h3>
          <div className="tiles">
            {waiting.map((pod) => (
              <PodTile key={pod.metadata.uid} pod={pod} />
            ))}
          </div>
        </div>
      )}
      <div className="nodes">
        {nodes.map((node) => (
          <NodeBox key={node.metadata.uid} node={node} pods={byNode.get(node.metadata.name ?? '') ?? NONE} />
        ))}
      </div>
    </section>
  );
}

const NONE: readonly Pod[] = [];

function placed(pods: readonly Pod[], namespace: string, filter: string) {
  const byNode = new Map<string, Pod[]>();
  const waiting: Pod[] = [];
  for (const pod of pods) {
    if (namespace !== '' && pod.metadata.namespace !== namespace) continue;
    if (filter !== '' && !(pod.metadata.name ?? '').includes(filter)) continue;
    const node = pod.spec?.nodeName;
    if (node === undefined || node === '') waiting.push(pod);
    else {
      const there = byNode.get(node);
      if (there === undefined) byNode.set(node, [pod]);
      else there.push(pod);
    }
  }
  return { byNode, waiting };
}

const NodeBox = memo(function NodeBox({ node, pods }: { readonly node: Node; readonly pods: readonly Pod[] }) {
  const { select, selected } = useSelection();
  const { name = '' } = node.metadata;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  const isCordoned = node.spec?.unschedulable === true;
  const isSelected = selected?.kind === 'Node' && selected.name === name;
  return (
    <article
      className={`node${isReady ? '' : ' down'}${isCordoned ? ' cordoned' : ''}${isSelected ? ' selected' : ''}`}
    >
      <button type="button" className="node-head" onClick={() => select({ kind: 'Node', namespace: '', name })}>
        <span className="node-name">{name}</span>
        <span className="node-note">
          {isReady
            ? isCordoned
              ? 'SchedulingDisabled'
              : (node.metadata.labels?.['topology.kubernetes.io/zone'] ?? '')
            : 'NotReady'}
        </span>
      </button>
      <div className="tiles">
        {pods.map((pod) => (
          <PodTile key={pod.metadata.uid} pod={pod} />
        ))}
      </div>
      <Usage node={node} pods={pods} />
    </article>
  );
});

/** How much of a node its Pods have asked for. */
function Usage({ node, pods }: { readonly node: Node; readonly pods: readonly Pod[] }) {
  const allocatable = node.status?.allocatable ?? {};
  const asked = (resource: 'cpu' | 'memory'): number =>
    pods.reduce(
      (sum, { spec }) =>
        sum +
        (spec?.containers ?? []).reduce((each, { resources }) => each + amountOf(resources?.requests?.[resource]), 0),
      0,
    );
  return (
    <dl className="usage">
      <Bar label="cpu" part={asked('cpu')} whole={amountOf(allocatable['cpu'])} />
      <Bar label="mem" part={asked('memory')} whole={amountOf(allocatable['memory'])} />
      <Bar label="pods" part={pods.length} whole={amountOf(allocatable['pods'])} />
    </dl>
  );
}

function Bar({ label, part, whole }: { readonly label: string; readonly part: number; readonly whole: number }) {
  const share = whole === 0 ? 0 : Math.min(1, part / whole);
  const percent = Math.round(share * 100);
  return (
    <div className="bar">
      <dt>{label}</dt>
      <dd title={`${percent} % requested`}>
        <span style={{ width: `${percent}%` }} />
      </dd>
    </div>
  );
}

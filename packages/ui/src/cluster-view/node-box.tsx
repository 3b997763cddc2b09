import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { memo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { amountOf } from '../model/quantity-text.ts';
import { requestedOf } from '../model/requests.ts';
import { PodTile } from './pod-tile.tsx';
import { useGhosts } from './use-ghosts.ts';

/** A node: a box that its Pods and what they ask for fill. */
export const NodeBox = memo(function NodeBox({
  node,
  pods,
  isStill,
}: {
  readonly node: Node;
  readonly pods: readonly Pod[];
  readonly isStill: boolean;
}) {
  const { select, selected } = useSelection();
  const { name = '' } = node.metadata;
  const isReady = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  const isCordoned = node.spec?.unschedulable === true;
  const isSelected = selected?.kind === 'Node' && selected.name === name;
  const ghosts = useGhosts(pods, isStill);
  return (
    <article
      data-node={name}
      className={`node${isReady ? '' : ' down'}${isCordoned ? ' cordoned' : ''}${isSelected ? ' selected' : ''}`}
    >
      <button type="button" className="node-head" onClick={() => select({ kind: 'Node', namespace: '', name })}>
        <span className="node-name">{name}</span>
        <span className="node-note">{noteOf(node, isReady, isCordoned)}</span>
      </button>
      <div className="tiles">
        {pods.map((pod) => (
          <PodTile key={pod.metadata.uid} pod={pod} />
        ))}
        {ghosts.map((pod) => (
          <PodTile key={`ghost ${pod.metadata.uid}`} pod={pod} isGhost />
        ))}
      </div>
      <Usage node={node} pods={pods} />
    </article>
  );
});

function noteOf(node: Node, isReady: boolean, isCordoned: boolean): string {
  if (!isReady) return isCordoned ? 'NotReady,SchedulingDisabled' : 'NotReady';
  return isCordoned ? 'SchedulingDisabled' : (node.metadata.labels?.['topology.kubernetes.io/zone'] ?? '');
}

/** How much of a node its Pods have asked for. */
function Usage({ node, pods }: { readonly node: Node; readonly pods: readonly Pod[] }) {
  const allocatable = node.status?.allocatable ?? {};
  const { cluster: words } = useMessages();
  return (
    <dl className="usage">
      <Bar label={words.cpu} part={requestedOf(pods, 'cpu')} whole={amountOf(allocatable['cpu'])} />
      <Bar label={words.memory} part={requestedOf(pods, 'memory')} whole={amountOf(allocatable['memory'])} />
      <Bar label={words.pods} part={pods.length} whole={amountOf(allocatable['pods'])} />
    </dl>
  );
}

function Bar({ label, part, whole }: { readonly label: string; readonly part: number; readonly whole: number }) {
  const share = whole === 0 ? 0 : Math.min(1, part / whole);
  const percent = Math.round(share * 100);
  const { cluster: words } = useMessages();
  return (
    <div className="bar">
      <dt>{label}</dt>
      <dd title={words.requested(percent)}>
        <span style={{ width: `${percent}%` }} />
      </dd>
    </div>
  );
}

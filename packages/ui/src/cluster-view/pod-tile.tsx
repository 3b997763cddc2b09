import type { Pod } from '@tabernetes/api/types/core-v1';
import { memo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { backOffOf, countdownText } from '../model/back-off.ts';
import { containerSigns } from '../model/container-sign.ts';
import { podSign, type Sign } from '../model/pod-sign.ts';
import { useNow } from '../world/use-now.ts';

/** Signs that tell their reason in words. */
const TOLD: ReadonlySet<Sign> = new Set(['backoff', 'failed', 'terminating']);

/** One Pod: a tile with a mark for its state and a dot per container. */
export const PodTile = memo(function PodTile({
  pod,
  isGhost = false,
}: {
  readonly pod: Pod;
  readonly isGhost?: boolean;
}) {
  const { select, selected } = useSelection();
  const { cluster: words } = useMessages();
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const { sign, status, ready, total, restarts } = podSign(pod);
  const containers = containerSigns(pod);
  const isSelected = selected?.kind === 'Pod' && selected.name === name && selected.namespace === namespace;
  const killed = lastReason(pod);
  const told = [
    `${namespace}/${name}`,
    words.podTold(status, ready, total, restarts),
    ...containers.map((each) => `${each.name}: ${each.word}`),
  ].join('\n');
  if (isGhost) return <span className={`pod ghost ${sign}`} aria-hidden="true" />;
  return (
    <button
      type="button"
      className={`pod ${sign}${isSelected ? ' selected' : ''}`}
      data-uid={uid}
      data-pod={`${namespace}/${name}`}
      title={told}
      aria-label={words.podLabel(name, status, ready, total)}
      onClick={() => select({ kind: 'Pod', namespace, name })}
    >
      <span className="mark" aria-hidden="true" />
      <span className="dots" aria-hidden="true">
        {containers.map((each) => (
          <i key={each.name} className={each.sign} />
        ))}
      </span>
      {TOLD.has(sign) && <span className="badge">{status}</span>}
      {killed === 'OOMKilled' && status !== 'OOMKilled' && <span className="badge killed">OOMKilled</span>}
      <Countdown pod={pod} />
    </button>
  );
});

/** How long until the back-off, or the grace, is over. */
function Countdown({ pod }: { readonly pod: Pod }) {
  const endsMs = endOf(pod);
  const now = useNow(endsMs !== undefined);
  if (endsMs === undefined || endsMs <= now) return null;
  return <span className="badge number">{countdownText(endsMs, now)}</span>;
}

function endOf(pod: Pod): number | undefined {
  const { deletionTimestamp } = pod.metadata;
  // When it is to be gone at the latest: the grace is in it.
  return deletionTimestamp === undefined ? backOffOf(pod)?.endsMs : Date.parse(deletionTimestamp);
}

/** Why a container that waits now, or runs again, ended the last time. */
function lastReason({ status }: Pod): string | undefined {
  return status?.containerStatuses?.find(({ ready, lastState }) => !ready && lastState?.terminated !== undefined)
    ?.lastState?.terminated?.reason;
}

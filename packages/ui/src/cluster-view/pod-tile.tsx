import type { Pod } from '@tabernetes/api/types/core-v1';
import { memo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { podSign } from '../model/pod-sign.ts';

/** One Pod: a tile with a mark for its state and a dot per container. */
export const PodTile = memo(function PodTile({ pod }: { readonly pod: Pod }) {
  const { select, selected } = useSelection();
  const { name = '', namespace = '' } = pod.metadata;
  const { sign, status, ready, total, restarts } = podSign(pod);
  const isSelected = selected?.kind === 'Pod' && selected.name === name && selected.namespace === namespace;
  return (
    <button
      type="button"
      className={`pod ${sign}${isSelected ? ' selected' : ''}`}
      title={`${namespace}/${name}\n${status} · ${ready}/${total} ready${restarts > 0 ? ` · ${restarts} restarts` : ''}`}
      aria-label={`Pod ${name}, ${status}, ${ready} of ${total} containers ready`}
      onClick={() => select({ kind: 'Pod', namespace, name })}
    >
      <span className="mark" aria-hidden="true" />
      <span className="dots" aria-hidden="true">
        {Array.from({ length: total }, (_, at) => (
          <i key={pod.spec?.containers[at]?.name ?? at} className={at < ready ? 'on' : ''} />
        ))}
      </span>
      {(sign === 'backoff' || sign === 'failed') && <span className="badge">{status}</span>}
    </button>
  );
});

import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { useEffect, useMemo, useState } from 'react';
import { Mark } from '../app/mark.tsx';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { podSign } from '../model/pod-sign.ts';
import { idOf } from '../model/references.ts';
import { relatedOf } from '../model/related.ts';
import { useCluster } from '../world/hooks.ts';

/** How often relations are looked up again while objects come and go, in milliseconds. */
const EVERY_MS = 500;
/** Objects of one relation that are shown. */
const SHOWN = 30;

/** What an object refers to and what refers to it; what is not there stands out. */
export function RelatedList({ object }: { readonly object: KubeObject }) {
  const { world } = useCluster();
  const { select } = useSelection();
  const { related: words, inspector } = useMessages();
  const round = useRounds();
  const groups = useMemo(() => {
    void round;
    // Which Services select a Pod, and whether they send requests there, is told above.
    return relatedOf(object, world).filter(
      ({ relation, isInverse }) => object.kind !== 'Pod' || relation !== 'selects' || !isInverse,
    );
  }, [object, world, round]);
  if (groups.length === 0) return null;
  return (
    <>
      <h3>{inspector.related}</h3>
      <dl className="related">
        {groups.map(({ relation, isInverse, objects }) => (
          <div key={`${relation} ${isInverse}`}>
            <dt>{(isInverse ? words.inverse : words.says)[relation]}</dt>
            <dd>
              {objects.slice(0, SHOWN).map(({ isMissing, ...name }) => {
                const pod = name.kind === 'Pod' ? world.find('Pod', name.namespace, name.name) : undefined;
                return isMissing ? (
                  <span key={idOf(name)} className="missing">
                    <span className="kind">{name.kind}</span> {name.name} <em>{words.missing}</em>
                  </span>
                ) : (
                  <button key={idOf(name)} type="button" onClick={() => select(name)}>
                    {pod !== undefined && <Mark sign={podSign(pod as Pod).sign} />}
                    <span className="kind">{name.kind}</span> {name.name}
                  </button>
                );
              })}
              {objects.length > SHOWN && <span className="count">{words.more(objects.length - SHOWN)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Counts up as anything is written, but not at every write. */
function useRounds(): number {
  const { world } = useCluster();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = world.subscribe('writes', () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setRound((before) => before + 1);
      }, EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [world]);
  return round;
}

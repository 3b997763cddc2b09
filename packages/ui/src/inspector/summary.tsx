import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { ActionBar } from '../actions/action-bar.tsx';
import { Mark } from '../app/mark.tsx';
import { useMessages } from '../messages/messages.ts';
import { backOffOf, countdownText } from '../model/back-off.ts';
import { podSign } from '../model/pod-sign.ts';
import { useNow } from '../world/use-now.ts';
import { Conditions } from './conditions.tsx';
import { PodServices } from './pod-services.tsx';
import { Probes } from './probes.tsx';
import { RelatedList } from './related-list.tsx';

/** What an object is, how it stands, what belongs to it. */
export function Summary({ object }: { readonly object: KubeObject }) {
  const { metadata } = object;
  const { inspector: words } = useMessages();
  const { phase, podIP } = ((object as { readonly status?: unknown }).status ?? {}) as {
    readonly phase?: string;
    readonly podIP?: string;
  };
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.namespace, metadata.namespace],
    // The headline of a Pod says more.
    [words.phase, object.kind === 'Pod' ? undefined : phase],
    [words.ip, podIP],
    [words.created, metadata.creationTimestamp],
    [words.deleted, metadata.deletionTimestamp],
    ['resourceVersion', metadata.resourceVersion],
  ];
  return (
    <div className="summary">
      {object.kind === 'Pod' && <PodHeadline pod={object as Pod} />}
      <ActionBar object={object} />
      <dl>
        {facts.map(([label, value]) =>
          value === undefined || value === '' ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {object.kind === 'Pod' && (
        <>
          <PodServices pod={object as Pod} />
          <Probes pod={object as Pod} />
        </>
      )}
      <Conditions object={object} />
      <RelatedList object={object} />
      <Pairs title={words.labels} pairs={metadata.labels} />
      <Pairs title={words.annotations} pairs={metadata.annotations} />
    </div>
  );
}

/** How a Pod stands in one line, and the server's sentence of what it waits for. */
function PodHeadline({ pod }: { readonly pod: Pod }) {
  const { sign, status, ready, total, restarts } = podSign(pod);
  const { cluster, states } = useMessages();
  const backOff = backOffOf(pod);
  const now = useNow(backOff !== undefined);
  return (
    <div className="headline">
      <Mark sign={sign} />
      <b className={`word ${sign}`}>{cluster.podTold(status, ready, total, restarts)}</b>
      {backOff !== undefined && backOff.endsMs > now && (
        <span className="word backoff number">
          {states.beforeRestart(countdownText(backOff.endsMs, now), backOff.restart)}
        </span>
      )}
      {reasonsOf(pod).map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </div>
  );
}

/** Why it is not ready, in the words of the scheduler and the kubelet. */
function reasonsOf({ status = {} }: Pod): readonly string[] {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [], message } = status;
  const scheduling = conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')?.message;
  const containers = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }) => {
    const {
      message: told = '',
      reason = '',
      exitCode,
    } = { ...state?.waiting, ...state?.terminated } as {
      readonly message?: string;
      readonly reason?: string;
      readonly exitCode?: number;
    };
    if (told !== '') return [`${name}: ${told}`];
    return exitCode === undefined || exitCode === 0 ? [] : [`${name}: ${reason}, exit code ${exitCode}`];
  });
  return [scheduling, message, ...containers].filter((each) => each !== undefined && each !== '') as string[];
}

function Pairs({
  title,
  pairs,
}: {
  readonly title: string;
  readonly pairs: Readonly<Record<string, string>> | undefined;
}) {
  if (pairs === undefined || Object.keys(pairs).length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="labels">
        {Object.entries(pairs).map(([key, value]) => (
          <li key={key}>
            {key}={value}
          </li>
        ))}
      </ul>
    </>
  );
}

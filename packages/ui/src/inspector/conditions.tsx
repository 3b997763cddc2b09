import type { KubeObject } from '@tabernetes/apimachinery';
import { useMessages } from '../messages/messages.ts';
import type { ConditionStep } from '../world/condition-history.ts';
import { useCluster } from '../world/hooks.ts';
import { useNow } from '../world/use-now.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The conditions of an object: how they stand, why, and how they came to it. */
export function Conditions({ object }: { readonly object: KubeObject }) {
  const { inspector: words } = useMessages();
  const { world } = useCluster();
  const { conditions = [] } = ((object as { readonly status?: unknown }).status ?? {}) as {
    readonly conditions?: readonly Condition[];
  };
  const history = world.conditions.of(object.metadata.uid);
  // One that never changed has nothing to show over time.
  const hasMoved = [...history.values()].some((steps) => steps.length > 1);
  const now = useNow(hasMoved);
  if (conditions.length === 0) return null;
  const fromMs = Math.min(...[...history.values()].map(([first]) => first?.atMs ?? Number.POSITIVE_INFINITY));
  return (
    <>
      <h3>{words.conditions}</h3>
      <ul className="conditions">
        {conditions.map(({ type, status, reason, message }) => (
          <li key={type} className={signOf(type, status)}>
            <b>{type}</b> <span className="condition-status">{status}</span>
            {reason !== undefined && reason !== '' && <em>{reason}</em>}
            {hasMoved && (
              <Lane steps={history.get(type) ?? []} type={type} fromMs={fromMs} toMs={Math.max(now, fromMs + 1)} />
            )}
            {message !== undefined && message !== '' && <p>{message}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Conditions that are bad when they are true. */
const BAD = /Pressure$|Unavailable$|^(Failed|FailureTarget|ReplicaFailure|Stalled|DisruptionTarget)$/;

function signOf(type: string, status: string): 'yes' | 'no' | 'unknown' {
  if (status === 'Unknown') return 'unknown';
  return (status === 'True') === BAD.test(type) ? 'no' : 'yes';
}

/** One condition from left to right; each stretch has its status, its reason and its time in a tooltip. */
function Lane({
  steps,
  type,
  fromMs,
  toMs,
}: {
  readonly steps: readonly ConditionStep[];
  readonly type: string;
  readonly fromMs: number;
  readonly toMs: number;
}) {
  const { inspector: words } = useMessages();
  const share = (ms: number): number => (100 * (Math.min(ms, toMs) - fromMs)) / (toMs - fromMs);
  const told = steps.map(
    ({ status, reason, atMs }) => `${clockText(atMs)} ${status}${reason === '' ? '' : ` ${reason}`}`,
  );
  return (
    <div className="lane" role="img" aria-label={words.lane(type, told)}>
      {steps.map(({ status, atMs }, at) => (
        <span
          key={`${atMs} ${status} ${told[at]}`}
          className={signOf(type, status)}
          title={told[at]}
          style={{ left: `${share(atMs)}%`, width: `${share(steps[at + 1]?.atMs ?? toMs) - share(atMs)}%` }}
        />
      ))}
    </div>
  );
}

const clockText = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

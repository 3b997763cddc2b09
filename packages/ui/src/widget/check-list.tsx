import type { CheckState } from '@tabernetes/worker/connect';
import { useMessages } from '../messages/messages.ts';

const MARKS: Readonly<Record<CheckState['state'], string>> = { waiting: '○', met: '✓', broken: '✗', invalid: '!' };

/** What the page expects of the cluster, and how it stands. */
export function CheckList({
  checks,
  labels,
}: {
  readonly checks: readonly CheckState[];
  readonly labels: readonly string[];
}) {
  const { widget: words } = useMessages();
  return (
    <ul className="checks" aria-label={words.checks} aria-live="polite">
      {checks.map(({ text, state, detail, standing }, at) => (
        <li key={text} className={state}>
          <span className="check-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
          <span className="check-text">{labels[at] ?? text}</span>
          <span className="sr">{words.checkStates[state]}</span>
          <span className="check-detail">
            {standing === undefined ? detail : words.standing[standing.is](standing.count, standing.all)}
          </span>
        </li>
      ))}
    </ul>
  );
}

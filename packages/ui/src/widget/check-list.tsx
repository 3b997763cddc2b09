import type { CheckState } from '@tabernetes/worker/connect';

const MARKS: Readonly<Record<CheckState['state'], string>> = { waiting: '○', met: '✓', broken: '✗', invalid: '!' };
const WORDS: Readonly<Record<CheckState['state'], string>> = {
  waiting: 'not yet',
  met: 'met',
  broken: 'broken',
  invalid: 'not understood',
};

/** What the page expects of the cluster, and how it stands. */
export function CheckList({
  checks,
  labels,
}: {
  readonly checks: readonly CheckState[];
  readonly labels: readonly string[];
}) {
  return (
    <ul className="checks" aria-label="Checks" aria-live="polite">
      {checks.map(({ text, state, detail }, at) => (
        <li key={text} className={state}>
          <span className="check-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
          <span className="check-text">{labels[at] ?? text}</span>
          <span className="sr">{WORDS[state]}</span>
          <span className="check-detail">{detail}</span>
        </li>
      ))}
    </ul>
  );
}

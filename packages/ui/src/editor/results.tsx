import { useMessages } from '../messages/messages.ts';
import type { Applied } from './apply.ts';
import { firstCharacter } from './documents.ts';

const SIGNS = { created: '+', configured: '~', unchanged: '=', refused: '✕' } as const;

/** What became of the documents that were applied last. */
export function Results({
  results,
  onReveal,
}: {
  readonly results: readonly Applied[];
  readonly onReveal: (offset: number) => void;
}) {
  const { apply: words } = useMessages();
  if (results.length === 0) return null;
  return (
    <ul className="results" aria-live="polite" aria-label={words.label}>
      {results.map((result, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results never change their order.
        <li key={index} className={result.outcome}>
          <button type="button" onClick={() => onReveal(firstCharacter(result))}>
            <i aria-hidden="true">{SIGNS[result.outcome]}</i> <b>{result.name}</b> {words.outcomes[result.outcome]}
          </button>
          {result.message !== '' && <p>{result.message}</p>}
          {result.warnings.map((warning) => (
            <p key={warning} className="warning">
              {words.warning(warning)}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

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
  if (results.length === 0) return null;
  return (
    <ul className="results" aria-live="polite" aria-label="Applied">
      {results.map((result, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results never change their order.
        <li key={index} className={result.outcome}>
          <button type="button" onClick={() => onReveal(firstCharacter(result))}>
            <i aria-hidden="true">{SIGNS[result.outcome]}</i> <b>{result.name}</b> {result.outcome}
          </button>
          {result.message !== '' && <p>{result.message}</p>}
          {result.warnings.map((warning) => (
            <p key={warning} className="warning">
              Warning: {warning}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

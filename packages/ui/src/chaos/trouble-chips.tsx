import { usePageMessages } from '../messages/page-messages.ts';
import { useCluster, useTroubles } from '../world/hooks.ts';
import { troubleText } from './chaos-actions.ts';

/** What goes wrong on purpose, each with what ends it. */
export function TroubleChips() {
  const { host } = useCluster();
  const troubles = useTroubles();
  const { chaos: words } = usePageMessages();
  if (troubles.length === 0) return null;
  return (
    <ul className="troubles" aria-label={words.label}>
      {troubles.map(({ id, trouble }) => {
        const text = troubleText(trouble, words);
        return (
          <li key={id}>
            {text}
            <button type="button" onClick={() => void host.endTrouble(id)} aria-label={words.mendIt(text)}>
              {words.mend}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

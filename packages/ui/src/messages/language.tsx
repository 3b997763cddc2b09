import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Language, languageFor } from './counted.ts';
import { type Messages, MessagesContext } from './messages.ts';
import { en as pageEnglish } from './page/en.ts';
import { type PageMessages, PageMessagesContext } from './page-messages.ts';
import { en as sharedEnglish } from './shared/en.ts';

/** What the settings hold: a language, or empty for what the browser asks for. */
export type LanguageChoice = Language | '';

interface LanguageState {
  readonly language: Language;
  readonly choice: LanguageChoice;
  choose(choice: LanguageChoice): void;
}

const LanguageContext = createContext<LanguageState>({ language: 'en', choice: '', choose: () => undefined });

/** The language of the page, and how another one is chosen. */
export const useLanguage = (): LanguageState => useContext(LanguageContext);

interface Words {
  readonly language: Language;
  readonly shared: Messages;
  readonly page: PageMessages;
}

const ENGLISH: Words = { language: 'en', shared: sharedEnglish, page: pageEnglish };

/**
 * Words for the page in the language that its reader chose or that their browser asks for. English is there at once, Korean comes
 * as a chunk of its own. At first nothing is drawn before it is there; later the words change when the others have come.
 */
export function PageLanguage({ children }: { readonly children: ReactNode }) {
  const [choice, setChoice] = useState<LanguageChoice>(choiceKept);
  const wanted = languageFor(choice, navigator.languages);
  const [words, setWords] = useState<Words | undefined>(wanted === 'en' ? ENGLISH : undefined);
  useEffect(() => {
    let isOver = false;
    void wordsOf(wanted).then((found) => {
      if (isOver) return;
      document.documentElement.lang = wanted;
      setWords(found);
    });
    return () => {
      isOver = true;
    };
  }, [wanted]);
  const state = useMemo((): LanguageState => {
    const choose = (next: LanguageChoice): void => {
      keepChoice(next);
      setChoice(next);
    };
    return { language: words?.language ?? 'en', choice, choose };
  }, [words, choice]);
  if (words === undefined) return null;
  return (
    <LanguageContext value={state}>
      <MessagesContext value={words.shared}>
        <PageMessagesContext value={words.page}>{children}</PageMessagesContext>
      </MessagesContext>
    </LanguageContext>
  );
}

async function wordsOf(language: Language): Promise<Words> {
  if (language === 'en') return ENGLISH;
  const { shared, page } = await import('./page-korean.ts');
  return { language, shared, page };
}

const KEY = 'tabernetes-language';

function choiceKept(): LanguageChoice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'en' || kept === 'ko' ? kept : '';
  } catch {
    return '';
  }
}

function keepChoice(choice: LanguageChoice): void {
  try {
    if (choice === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // A browser may keep nothing: then the choice lasts as long as the page.
  }
}

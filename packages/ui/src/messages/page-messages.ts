import { createContext, useContext } from 'react';
import type { Translated } from './counted.ts';
import { en } from './page/en.ts';

/** The words of the playground alone. */
export type PageMessages = Translated<typeof en>;

export const PageMessagesContext = createContext<PageMessages>(en);

/** The playground's words in the reader's language. */
export const usePageMessages = (): PageMessages => useContext(PageMessagesContext);

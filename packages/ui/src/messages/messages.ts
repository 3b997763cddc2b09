import { createContext, useContext } from 'react';
import type { Translated } from './counted.ts';
import { en } from './shared/en.ts';

/** The words that the playground and a widget share. */
export type Messages = Translated<typeof en>;

export const MessagesContext = createContext<Messages>(en);

/** The words of this part of the page, in the reader's language. */
export const useMessages = (): Messages => useContext(MessagesContext);

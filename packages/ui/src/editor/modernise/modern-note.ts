import type { PageMessages } from '../../messages/page-messages.ts';

/** What changed beside the version, or means something else now: a key of the catalogue. */
export type ModernNote = keyof PageMessages['modernised'];

/** Takes down what a rule did. */
export type Note = (note: ModernNote) => void;

/** `Deployment: apps/v1` is Kubernetes' and stays as it is; the others are in the reader's words. */
export const noteText = (note: string, words: PageMessages['modernised']): string =>
  Object.hasOwn(words, note) ? words[note as ModernNote] : note;

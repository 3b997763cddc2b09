import { type Language, languageFor } from '../counted.ts';
import { en, type StillMessages } from './en.ts';
import { ko } from './ko.ts';

/** Few enough to come in both languages at once. */
export const STILL_MESSAGES: Readonly<Record<Language, StillMessages>> = { en, ko };

export { type Language, languageFor, type StillMessages };

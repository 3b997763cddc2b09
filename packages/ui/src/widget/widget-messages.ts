import type { Language } from '../messages/counted.ts';
import type { Messages } from '../messages/messages.ts';
import { en } from '../messages/shared/en.ts';

/** What a widget that runs says, in this language; all but English come as a chunk of their own. */
export async function widgetMessages(language: Language): Promise<Messages> {
  return language === 'en' ? en : (await import('../messages/shared/ko.ts')).ko;
}

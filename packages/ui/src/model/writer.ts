import type { Messages } from '../messages/messages.ts';

/** Who wrote: the field manager; a binding and other requests leave none. */
export function writerOf(manager: string, changed: readonly string[], words: Messages['why']): string {
  if (manager !== '') return manager;
  return changed.includes('spec.nodeName') ? words.binding : words.request;
}
